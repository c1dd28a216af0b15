import type { Understood } from '../understand/types.ts';
import { idOf, isObject, type JsonObject, type MessageId, objectOf, textOf } from './message.ts';
import type { Traceparent } from './traceparent.ts';

export interface OpenCall {
  readonly seq: number;
  readonly event_uuid: string;
  readonly tool: string;
  readonly args: JsonObject;
  /** ms since 1970 */
  readonly startedAt: number;
  readonly traceparent: Traceparent | undefined;
  readonly before: Understood;
}

/** A call that was answered with a question; its next request brings the answers. */
interface Asked {
  readonly call: OpenCall;
  readonly state: string | undefined;
  readonly questions: readonly string[];
}

/** Calls that asked and were never taken up again are kept up to this many. */
const MAX_ASKED = 100;

/** The calls that wait for their outcome: by the request's id, by task, or for the answers to what they asked. */
export function createOpenCalls() {
  const byId = new Map<MessageId, OpenCall>();
  const byTask = new Map<string, OpenCall>();
  let asked: readonly Asked[] = [];

  const takeFrom = <Key>(map: Map<Key, OpenCall>, key: Key | undefined): OpenCall | undefined => {
    if (key === undefined) return undefined;
    const call = map.get(key);
    map.delete(key);
    return call;
  };

  return {
    /** Returns the call that used the id before and was never answered. */
    open(id: MessageId, call: OpenCall): OpenCall | undefined {
      const before = takeFrom(byId, id);
      byId.set(id, call);
      return before;
    },
    take: (id: MessageId | undefined): OpenCall | undefined => takeFrom(byId, id),
    /** The call goes on as a task, whose result is asked for later. */
    becomesTask(taskId: string, call: OpenCall): void {
      byTask.set(taskId, call);
    },
    /** A request for a task's result: its answer is that of the call. */
    takesResult(id: MessageId, taskId: string | undefined): void {
      const call = takeFrom(byTask, taskId);
      if (call) byId.set(id, call);
    },
    takeTask: (taskId: string | undefined): OpenCall | undefined => takeFrom(byTask, taskId),
    /** Returns one that was asked too long ago, to be given up. */
    asks(call: OpenCall, result: JsonObject): OpenCall | undefined {
      const questions = Object.keys(objectOf(result.inputRequests));
      asked = [...asked, { call, state: textOf(result.requestState), questions }];
      if (asked.length <= MAX_ASKED) return undefined;
      const [oldest, ...rest] = asked;
      asked = rest;
      return oldest?.call;
    },
    /** The call that a request goes on with: the same tool, and the state that it was given, else the same arguments and answers to what it asked. */
    resumedBy(params: JsonObject): OpenCall | undefined {
      const { requestState, inputResponses } = params;
      if (requestState === undefined && !isObject(inputResponses)) return undefined;
      const answers = Object.keys(objectOf(inputResponses));
      const found = asked.find(
        ({ call, state, questions }) =>
          call.tool === params.name &&
          state === textOf(requestState) &&
          (state !== undefined ||
            (answers.some((answer) => questions.includes(answer)) &&
              JSON.stringify(call.args) === JSON.stringify(objectOf(params.arguments)))),
      );
      asked = asked.filter((each) => each !== found);
      return found?.call;
    },
    /** All that are still open; none is afterwards. */
    drain(): OpenCall[] {
      const calls = [...byId.values(), ...byTask.values(), ...asked.map(({ call }) => call)];
      byId.clear();
      byTask.clear();
      asked = [];
      return calls.sort((a, b) => a.seq - b.seq);
    },
  };
}

/** The task that a result puts in place of an outcome. */
export function taskOf(result: JsonObject): string | undefined {
  const { task, content } = result;
  return content === undefined && isObject(task) ? textOf(task.taskId) : undefined;
}

export const requestIdOf = (params: unknown): MessageId | undefined => idOf(objectOf(params).requestId);

import { v4 as uuidv4, v7 as uuidv7 } from 'uuid';
import type {
  Advice,
  CreateUnderstanding,
  ToolCallSeen,
  ToolResultSeen,
  Understanding,
  Understood,
} from '../understand/types.ts';
import type { CallOutcome, RunInfo, Watcher } from './call.ts';
import {
  idOf,
  isRequest,
  isResponse,
  type JsonObject,
  listOf,
  type Message,
  type MessageId,
  objectOf,
  textOf,
} from './message.ts';
import { createOpenCalls, type OpenCall, requestIdOf, taskOf } from './open_calls.ts';
import { createServerSeen } from './server_seen.ts';
import { parseTraceparent } from './traceparent.ts';
import { createTypedTexts } from './typed_texts.ts';
import { leavesOf, valuesNamed } from './typed_values.ts';

/** In `_meta` of every request of revision 2026-07-28. */
export const PROTOCOL_VERSION = 'io.modelcontextprotocol/protocolVersion';
const ENVELOPE = /^io\.modelcontextprotocol\/(protocolVersion|clientInfo|clientCapabilities)$/;
/** From this revision on results say of which type they are. */
const TYPED_RESULTS = '2026-07-28';
/** Ids of the requests that a session makes by itself. */
const OWN_ID = 'laskobot-runs:';

/**
 * What becomes of a frame: it goes on as it came, it is kept back, or what is promised goes in its place: from the server, to the
 * client; from the client, back to it as the answer. A promise of nothing lets the frame go on as it came.
 */
export type Verdict = 'pass' | 'drop' | Promise<Message | undefined>;

/** What advice may know of its session and do in it. */
export interface AdviceContext {
  readonly run_id: string;
  readonly session_id: string;
  /** Calls a tool of the server, recorded as a call of its own. Rejects where the server refuses it. */
  callTool(tool: string, args: JsonObject): Promise<OwnResult>;
}

/** What a call of the session's own was answered, and what that told. */
export interface OwnResult {
  readonly result: ToolResultSeen;
  readonly understood: Understood;
}

export interface SessionDeps {
  readonly watchers: readonly Watcher[];
  readonly createUnderstanding: CreateUnderstanding;
  /** Left out where the agent sees nothing but what the server says. */
  readonly createAdvice?: ((context: AdviceContext) => Advice) | undefined;
  /** Sends a request of the session's own; its answer comes back through `fromServer`. */
  readonly toServer?: ((message: Message) => void) | undefined;
  /** Names, in lower case, of arguments that hold secrets. */
  readonly redact?: ReadonlySet<string> | undefined;
  /** ms since 1970 */
  readonly now: () => number;
}

/** How a session ended: by its client, by a signal or the like, or because the server went away. */
export type SessionEnd = 'closed' | 'stopped' | 'server_lost';

/** One client with one server: reads the messages of both, in the order in which they were said, and tells its watchers of the calls. */
export function createSession({
  watchers,
  createUnderstanding,
  createAdvice,
  toServer,
  redact = new Set(),
  now,
}: SessionDeps) {
  const seen = createServerSeen();
  const typed = createTypedTexts();
  const calls = createOpenCalls();
  /** Requests whose answers tell something: methods by id. */
  const asked = new Map<MessageId, string>();
  /** Questions of the server to the user. */
  const elicited = new Set<MessageId>();
  const own = new Map<MessageId, (answer: Message) => void>();
  const ids = { run_id: uuidv7(), session_id: uuidv4() };
  let understanding: Understanding | undefined;
  let startedAt: number | undefined;
  let lastAt = 0;
  let traceId: string | undefined;
  let nextSeq = 0;
  let nextOwn = 0;
  /** What each request of revision 2026-07-28 carries. */
  let envelope: JsonObject = {};
  let over = false;

  const run = (): RunInfo => {
    const { name, version } = seen.server();
    return {
      ...ids,
      startedAt: startedAt ?? now(),
      root_request_id: traceId,
      server_version: name ? `mcp ${name} ${version ?? ''}`.trim() : 'mcp',
      proto_version: seen.protocolVersion(),
    };
  };
  const understands = (): Understanding => {
    understanding ??= createUnderstanding(seen.server());
    return understanding;
  };

  function begin(params: JsonObject): OpenCall {
    const call: ToolCallSeen = { tool: textOf(params.name) ?? '', args: objectOf(params.arguments) };
    typed.add([...understands().typedBy(call), ...valuesNamed(call.args, redact)]);
    const traceparent = parseTraceparent(objectOf(params._meta).traceparent);
    traceId ??= traceparent?.traceId;
    const at = now();
    if (startedAt === undefined) {
      startedAt = at;
      for (const watcher of watchers) watcher.began?.(run());
    }
    const seq = nextSeq;
    nextSeq += 1;
    return { ...call, seq, event_uuid: uuidv7(), startedAt: at, traceparent, before: understands().before(call) };
  }

  function finish(call: OpenCall, outcome: CallOutcome): Understood {
    lastAt = Math.max(call.startedAt, now());
    const { before, ...rest } = call;
    const after = outcome.kind === 'answered' ? understands().after(call, outcome.result) : {};
    const understood = { ...before, ...after };
    for (const watcher of watchers)
      watcher.finished({ ...rest, run: run(), endedAt: lastAt, understood, outcome, typed });
    return understood;
  }

  const taken = (): ReadonlySet<string> => new Set(seen.server().tools ?? []);
  /** What every result of revision 2026-07-28 must say. */
  const complete = (): JsonObject =>
    (seen.protocolVersion() ?? '') >= TYPED_RESULTS ? { resultType: 'complete' } : {};

  /** The advice's tools go behind the last page of the server's. */
  const withTools = (message: Message, result: JsonObject): Verdict => {
    const added = advice?.tools(taken()) ?? [];
    if (added.length === 0 || result.nextCursor !== undefined) return 'pass';
    return Promise.resolve({ ...message, result: { ...result, tools: [...listOf(result.tools), ...added] } });
  };

  function answered(call: OpenCall, message: Message): Verdict {
    const { error } = message;
    if (error !== undefined) {
      const { code, message: said } = objectOf(error);
      finish(call, { kind: 'refused', code: typeof code === 'number' ? code : undefined, message: textOf(said) ?? '' });
      return 'pass';
    }
    const result = objectOf(message.result);
    if (result.resultType === 'input_required') {
      const forgotten = calls.asks(call, result);
      if (forgotten) finish(forgotten, { kind: 'unanswered' });
      return 'pass';
    }
    const task = taskOf(result);
    if (task !== undefined) {
      calls.becomesTask(task, call);
      return 'pass';
    }
    const told = resultOf(result);
    const understood = finish(call, { kind: 'answered', result: told });
    if (!advice) return 'pass';
    return advice
      .amend(call, told, understood)
      .then((amended) => (amended ? { ...message, result: { ...result, ...amended } } : undefined));
  }

  async function callTool(tool: string, args: JsonObject): Promise<OwnResult> {
    if (!toServer) throw new Error('this session has no way to its server');
    const id = `${OWN_ID}${nextOwn}`;
    nextOwn += 1;
    const answer = new Promise<Message>((resolve) => own.set(id, resolve));
    const params = { name: tool, arguments: args, ...(Object.keys(envelope).length > 0 ? { _meta: envelope } : {}) };
    const call = begin(params);
    toServer({ jsonrpc: '2.0', id, method: 'tools/call', params });
    const message = await answer;
    if (message.error !== undefined) {
      const { code, message: said } = objectOf(message.error);
      const refused = { code: typeof code === 'number' ? code : undefined, message: textOf(said) ?? '' };
      finish(call, { kind: 'refused', ...refused });
      throw new Error(refused.message);
    }
    const result = resultOf(objectOf(message.result));
    return { result, understood: finish(call, { kind: 'answered', result }) };
  }

  const advice = createAdvice?.({ ...ids, callTool });

  function request(id: MessageId, message: Message): Verdict {
    const params = objectOf(message.params);
    seen.speaks(textOf(objectOf(params._meta)[PROTOCOL_VERSION]));
    envelope = Object.fromEntries(Object.entries(objectOf(params._meta)).filter(([name]) => ENVELOPE.test(name)));
    switch (message.method) {
      case 'initialize':
      case 'server/discover':
      case 'tools/list':
        asked.set(id, message.method);
        return 'pass';
      case 'tasks/result':
        calls.takesResult(id, textOf(params.taskId));
        return 'pass';
      case 'tasks/cancel': {
        const call = calls.takeTask(textOf(params.taskId));
        if (call) finish(call, { kind: 'cancelled', reason: undefined });
        return 'pass';
      }
      case 'tools/call': {
        const answer = advice?.call(textOf(params.name) ?? '', params.arguments, taken());
        if (answer) return answer.then((result) => ({ jsonrpc: '2.0', id, result: { ...complete(), ...result } }));
        typed.add(leavesOf(params.inputResponses));
        const before = calls.open(id, calls.resumedBy(params) ?? begin(params));
        if (before) finish(before, { kind: 'unanswered' });
        return 'pass';
      }
      default:
        return 'pass';
    }
  }

  function response(id: MessageId | undefined, message: Message): Verdict {
    const mine = id === undefined ? undefined : own.get(id);
    if (mine && id !== undefined) {
      own.delete(id);
      mine(message);
      return 'drop';
    }
    const result = objectOf(message.result);
    if (seen.tells(result)) understanding = undefined;
    const method = id === undefined ? undefined : asked.get(id);
    if (id !== undefined) asked.delete(id);
    if (method === 'initialize') seen.speaks(textOf(result.protocolVersion));
    if (method === 'tools/list') {
      if (seen.lists(result)) understanding = undefined;
      return withTools(message, result);
    }
    const call = calls.take(id);
    return call ? answered(call, message) : 'pass';
  }

  return {
    ...ids,
    /** Nothing that passes is ever changed. */
    passive: advice === undefined,
    fromClient(message: Message): Verdict {
      const id = idOf(message.id);
      if (id !== undefined && isRequest(message)) return request(id, message);
      if (message.method === 'notifications/cancelled') {
        const call = calls.take(requestIdOf(message.params));
        if (call) finish(call, { kind: 'cancelled', reason: textOf(objectOf(message.params).reason) });
      } else if (id !== undefined && isResponse(message) && elicited.delete(id))
        typed.add(leavesOf(objectOf(message.result).content));
      return 'pass';
    },
    fromServer(message: Message): Verdict {
      const id = idOf(message.id);
      if (isResponse(message)) return response(id, message);
      if (id !== undefined && message.method === 'elicitation/create') elicited.add(id);
      return 'pass';
    },
    /** The client went away from a request, where that is how the protocol cancels it. */
    cancel(id: MessageId): void {
      const call = calls.take(id);
      if (call) finish(call, { kind: 'cancelled', reason: undefined });
    },
    /** Once: tells what became of the calls that are still open, and of the run. */
    end(how: SessionEnd): void {
      if (over) return;
      over = true;
      const open = calls.drain();
      for (const call of open) finish(call, { kind: 'unanswered' });
      if (startedAt === undefined) return;
      const status = how === 'server_lost' ? 'failed' : how === 'stopped' || open.length > 0 ? 'partial' : 'completed';
      for (const watcher of watchers) watcher.ended?.(run(), status, Math.max(startedAt, lastAt));
    },
  };
}

export type Session = ReturnType<typeof createSession>;

const resultOf = (result: JsonObject): ToolResultSeen => ({
  isError: result.isError === true,
  content: listOf(result.content),
  ...('structuredContent' in result ? { structuredContent: result.structuredContent } : {}),
  ...('_meta' in result ? { _meta: result._meta } : {}),
});

import type { ServerResponse } from 'node:http';
import type { Complaints } from '../complaints.ts';
import { createLines } from '../lines.ts';
import { idOf, isRequest, isResponse, type Message, type MessageId, messagesOf, objectOf } from '../message.ts';
import type { Session, Verdict } from '../session.ts';
import { frameOf } from '../stdio/relay.ts';
import type { Upstream } from '../upstream.ts';
import { createEventStream, type EventStream, eventNamed } from './event_stream.ts';

/** Streams that ended are kept, for clients that lost their connection, up to this many. */
const MAX_STREAMS = 200;
/** The stream of what belongs to no request. */
const OWN_STREAM = 'own';
const PROGRESS_TOKEN = 'progressToken';
const SUBSCRIPTION = 'io.modelcontextprotocol/subscriptionId';

type Ear = Pick<Session, 'fromClient' | 'fromServer' | 'cancel' | 'passive'>;

interface Pending {
  readonly ear: Ear;
  readonly stream: EventStream;
  /** As the client said it, where it was renamed. */
  readonly id: MessageId;
  readonly token: unknown;
}

/** Clients that share one server: their ids are made different, and back. */
const renamedFor = (prefix: string | undefined, message: Message): Message => {
  const id = idOf(message.id);
  if (prefix === undefined || id === undefined || message.method === undefined) return message;
  const params = objectOf(message.params);
  const meta = objectOf(params._meta);
  const token = meta[PROGRESS_TOKEN];
  return {
    ...message,
    id: `${prefix}${id}`,
    ...(token === undefined
      ? {}
      : { params: { ...params, _meta: { ...meta, [PROGRESS_TOKEN]: `${prefix}${token}` } } }),
  };
};

/** One server on lines of JSON, and the HTTP connections on which its clients speak with it. */
export function createChannel(upstream: Upstream, complaints: Complaints) {
  const pending = new Map<MessageId, Pending>();
  const streams = new Map<string, EventStream>([[OWN_STREAM, createEventStream(OWN_STREAM)]]);
  const waiting = new Map<MessageId, (message: Message) => void>();
  /** Who asks by itself, by the ids of what it asked. */
  const askers = new Map<MessageId, Ear>();
  let opened = 0;

  const heard = (work: () => Verdict): Verdict => {
    try {
      return work();
    } catch {
      complaints.tell('frame', 'a message could not be read; it went on as it came');
      return 'pass';
    }
  };
  const settled = async (verdict: Verdict): Promise<Message | undefined> =>
    verdict instanceof Promise ? verdict.catch(() => undefined) : undefined;

  function newStream(): EventStream {
    opened += 1;
    const stream = createEventStream(String(opened));
    streams.set(stream.name, stream);
    if (streams.size > MAX_STREAMS) {
      const open = new Set([...pending.values()].map((each) => each.stream.name));
      for (const name of streams.keys())
        if (streams.size > MAX_STREAMS && name !== OWN_STREAM && !open.has(name)) streams.delete(name);
    }
    return stream;
  }

  async function answer(id: MessageId, request: Pending, message: Message, line: string): Promise<void> {
    pending.delete(id);
    const verdict = heard(() => request.ear.fromServer(message));
    const said = (await settled(verdict)) ?? message;
    const changed = said !== message || request.id !== id;
    request.stream.send(changed ? JSON.stringify({ ...said, id: request.id }) : line);
    request.stream.end();
    waiting.get(id)?.(said);
    waiting.delete(id);
  }

  /** Where what is no answer belongs: to the request that it speaks of, else to the last one that is open, else to nobody. */
  function belongsTo(message: Message): {
    readonly stream: EventStream;
    readonly as: Message;
    readonly ear: Ear | undefined;
  } {
    const params = objectOf(message.params);
    const subscription = objectOf(params._meta)[SUBSCRIPTION];
    for (const [id, request] of pending) {
      const { stream, ear, token } = request;
      const renamed = request.id !== id;
      if (
        message.method === 'notifications/progress' &&
        token !== undefined &&
        params[PROGRESS_TOKEN] === tokenOf(id, request)
      )
        return { stream, ear, as: renamed ? { ...message, params: { ...params, [PROGRESS_TOKEN]: token } } : message };
      if (subscription === id) {
        const _meta = { ...objectOf(params._meta), [SUBSCRIPTION]: request.id };
        return { stream, ear, as: { ...message, params: { ...params, _meta } } };
      }
    }
    const last = [...pending.values()].at(-1);
    return { stream: last?.stream ?? streams.get(OWN_STREAM)!, ear: last?.ear, as: message };
  }
  const tokenOf = (id: MessageId, request: Pending): unknown =>
    request.id === id ? request.token : `${String(id).slice(0, -String(request.id).length)}${request.token}`;

  const lines = createLines((bytes) => {
    const line = bytes.toString().trim();
    for (const message of messagesOf(line)) {
      const id = idOf(message.id);
      const request = id === undefined || !isResponse(message) ? undefined : pending.get(id);
      if (id !== undefined && request) void answer(id, request, message, line);
      else if (id !== undefined && isResponse(message)) {
        heard(() => askers.get(id)?.fromServer(message) ?? 'drop');
        askers.delete(id);
      } else {
        const { stream, as, ear } = belongsTo(message);
        heard(() => ear?.fromServer(message) ?? 'pass');
        stream.send(as === message ? line : JSON.stringify(as));
      }
    }
  });
  upstream.output.on('data', lines.push);
  upstream.output.once('end', lines.end);
  void upstream.ended.then(() => {
    for (const [id, { stream, id: asked }] of pending) {
      stream.send(JSON.stringify({ jsonrpc: '2.0', id: asked, error: { code: -32000, message: 'the server ended' } }));
      stream.end();
      waiting.get(id)?.({});
    }
    pending.clear();
  });

  return {
    /** Sends a request on, answered as events on this response. `prefix` sets its id apart from those of other clients. */
    request(message: Message, ear: Ear, response: ServerResponse, prefix?: string): Promise<Message> {
      const renamed = renamedFor(prefix, message);
      const id = idOf(renamed.id)!;
      const stream = newStream();
      const token = objectOf(objectOf(message.params)._meta)[PROGRESS_TOKEN];
      pending.set(id, { ear, stream, id: idOf(message.id)!, token });
      const answered = new Promise<Message>((resolve) => waiting.set(id, resolve));
      stream.attach(response, -1);
      upstream.input.write(frameOf(renamed));
      return answered;
    },
    /** Sends on what has no answer. */
    tell: (line: string): void => void upstream.input.write(`${line}\n`),
    /** A request of a session's own; only the session hears the answer. */
    ask(message: Message, ear: Ear): void {
      if (isRequest(message)) askers.set(idOf(message.id)!, ear);
      upstream.input.write(frameOf(message));
    },
    /** The client of a request without session went away: the server is told that it is cancelled. */
    cancel(message: Message, ear: Ear, prefix: string): void {
      const id = `${prefix}${idOf(message.id)}`;
      if (!pending.delete(id)) return;
      ear.cancel(id);
      upstream.input.write(frameOf({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: id } }));
    },
    /** Where a client that lost its connection goes on, or listens to what belongs to no request. False where that is gone. */
    listen(response: ServerResponse, lastEventId: string | undefined): boolean {
      const from = eventNamed(lastEventId);
      const stream = streams.get(from?.name ?? OWN_STREAM);
      if (!stream) return false;
      stream.attach(response, from?.index ?? (lastEventId === undefined ? -1 : Number.MAX_SAFE_INTEGER));
      return true;
    },
  };
}

export type Channel = ReturnType<typeof createChannel>;

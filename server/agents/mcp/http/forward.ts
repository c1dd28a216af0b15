import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Complaints } from '../complaints.ts';
import { idOf, isRequest, isResponse, type Message, messagesOf } from '../message.ts';
import type { Session, Verdict } from '../session.ts';
import { type Headers, httpRequest, onwardHeaders } from './http_request.ts';
import { type Answerer, rpcError } from './listen.ts';
import { withOwnIds } from './own_ids.ts';
import { standardHeaders } from './request_headers.ts';
import { clientOf, createSessions, isStateless, type Sessions } from './sessions.ts';
import { createSseReader, withData } from './sse.ts';

const SESSION_ID = 'mcp-session-id';
const headerOf = ({ headers }: IncomingMessage, name: string): string | undefined => {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
};

type Ear = Pick<Session, 'fromClient' | 'fromServer' | 'cancel'>;

export interface ForwardDeps {
  /** The MCP endpoint of the server behind. */
  readonly target: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly createSession: (toServer: (message: Message) => void) => Session;
  readonly now: () => number;
  readonly complaints: Complaints;
}

export interface Forward {
  readonly answer: Answerer;
  endAll: Sessions['endAll'];
}

/**
 * Passes HTTP requests on to the server behind, and its answers back: status, headers, session ids, events and their ids as they are. What
 * passes is read; only what advice replaces is written anew.
 */
export function createForward({ target, headers, createSession, now, complaints }: ForwardDeps): Forward {
  let requests = 0;
  /** As whom each session speaks. */
  const spokenAs = new WeakMap<Session, Headers>();
  const sessions = createSessions({
    now,
    create: () => {
      const session: Session = createSession((message) => void say(session, message));
      return session;
    },
  });

  /** A request of a session's own; only the session hears the answer. */
  async function say(session: Session, message: Message): Promise<void> {
    try {
      const from = await httpRequest({
        url: target,
        method: 'POST',
        headers: { ...spokenAs.get(session), ...headers, ...standardHeaders(message) },
        body: Buffer.from(JSON.stringify(message)),
      });
      if (isEventStream(from)) await relayEvents(from, undefined, session);
      else for (const each of messagesOf((await bytesOf(from)).toString())) heard(() => session.fromServer(each));
    } catch {
      heard(() => session.fromServer({ id: message.id, error: { code: 502, message: NO_ANSWER } }));
    }
  }

  const heard = (work: () => Verdict): Verdict => {
    try {
      return work();
    } catch {
      complaints.tell('frame', 'a message could not be read; it went on as it came');
      return 'pass';
    }
  };
  const settled = async (verdict: Verdict): Promise<Message | undefined> =>
    verdict instanceof Promise
      ? verdict.catch(() => {
          complaints.tell('advice', 'a hint could not be given; the message went on as it came');
          return undefined;
        })
      : undefined;

  /** Whoever listens to a request: the session that it names, a new one for a handshake, else that of who asks. */
  function listener(request: IncomingMessage, [first]: readonly Message[]): { ear: Ear; session: Session } {
    const id = headerOf(request, SESSION_ID);
    if (id !== undefined) {
      const session = sessions.byId(id);
      return { ear: session, session };
    }
    if (first?.method === 'initialize') {
      const session = sessions.create();
      return { ear: session, session };
    }
    const client = clientOf(first ?? {}, headerOf(request, 'authorization'), request.socket.remoteAddress);
    const session = sessions.byClient(client);
    requests += 1;
    return { ear: withOwnIds(session, `${requests}:`), session };
  }

  /** Where a request goes: discovery of authorization to the same path of the server behind, all else to its endpoint. */
  function urlOf(request: IncomingMessage): URL {
    const asked = new URL(request.url ?? '/', target);
    return asked.pathname.startsWith('/.well-known/') ? new URL(asked.pathname + asked.search, target) : target;
  }

  /** Events one by one: those that nothing replaces, byte for byte. */
  function relayEvents(from: IncomingMessage, response: ServerResponse | undefined, ear: Ear): Promise<void> {
    let turn: Promise<void> = Promise.resolve();
    const write = (bytes: Buffer | string): void => {
      if (response?.writable && !response.write(bytes)) {
        from.pause();
        response.once('drain', () => from.resume());
      }
    };
    const reader = createSseReader(({ raw, data }) => {
      const messages = data ? messagesOf(data) : [];
      const verdicts = messages.map((message) => heard(() => ear.fromServer(message)));
      const [verdict = 'pass'] = verdicts;
      if (verdicts.length > 1 || !(verdict instanceof Promise)) {
        if (verdict !== 'drop') turn = turn.then(() => write(raw));
        return;
      }
      // Event ids are in order: what comes behind an event that waits for advice waits too.
      turn = turn.then(async () => {
        const message = await settled(verdict);
        write(message ? withData(raw, JSON.stringify(message)) : raw);
      });
    });
    return new Promise((resolve) => {
      const end = (): void => {
        reader.end();
        void turn.then(resolve);
      };
      from.on('data', reader.push);
      from.once('end', end);
      from.once('error', end);
      from.once('close', end);
    });
  }

  async function relayBody(
    from: IncomingMessage,
    response: ServerResponse,
    ear: Ear,
    asked: readonly Message[],
  ): Promise<void> {
    const body = await bytesOf(from);
    const messages = messagesOf(body.toString());
    const verdicts = messages.map((message) => heard(() => ear.fromServer(message)));
    const [verdict = 'pass'] = verdicts;
    const amended = verdicts.length === 1 ? await settled(verdict) : undefined;
    response.end(amended ? JSON.stringify(amended) : body);
    if ((from.statusCode ?? 500) < 400) return;
    // Refused as a whole: nobody answers what it asked.
    const answered = new Set(messages.filter(isResponse).map(({ id }) => id));
    for (const { id } of asked.filter(isRequest))
      if (!answered.has(id)) heard(() => ear.fromServer({ id, error: { code: from.statusCode, message: 'HTTP' } }));
  }

  const answerTo: Answerer = async (request, body, response) => {
    const asked = request.method === 'POST' ? messagesOf(body.toString()) : [];
    const { ear, session } = listener(request, asked);
    // The answer is read, so it must come as it is.
    const onward = {
      ...onwardHeaders(request.headers, ['host', 'content-length', 'accept-encoding']),
      'accept-encoding': 'identity',
    };
    spokenAs.set(session, onward);
    const verdicts = asked.map((message) => heard(() => ear.fromClient(message)));
    const [only = 'pass'] = verdicts;
    const own = verdicts.length === 1 ? await settled(only) : undefined;
    if (own) {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(own));
      return;
    }
    const left = new AbortController();
    response.once('close', () => {
      if (response.writableFinished) return;
      left.abort();
      // Where there are no sessions, to go away is to cancel.
      for (const message of asked) {
        const id = idOf(message.id);
        if (id !== undefined && isStateless(message)) ear.cancel(id);
      }
    });
    let answer: IncomingMessage;
    try {
      answer = await httpRequest({
        url: urlOf(request),
        method: request.method ?? 'GET',
        headers: { ...onward, ...headers },
        body: body.length > 0 ? body : undefined,
        signal: left.signal,
      });
    } catch {
      const [first] = asked;
      for (const { id } of asked.filter(isRequest))
        heard(() =>
          ear.fromServer({ id, error: { code: 502, message: 'the server behind the proxy does not answer' } }),
        );
      response.writeHead(502, { 'content-type': 'application/json' });
      response.end(rpcError(first?.id, -32000, NO_ANSWER));
      return;
    }
    const given = headerOf(answer, SESSION_ID);
    if (given !== undefined && headerOf(request, SESSION_ID) === undefined) sessions.bind(given, session);
    else if (asked[0]?.method === 'initialize')
      // A server without sessions: who asks next from there goes on with what the handshake told.
      sessions.bindClient(clientOf({}, headerOf(request, 'authorization'), request.socket.remoteAddress), session);
    response.writeHead(
      answer.statusCode ?? 502,
      onwardHeaders(answer.headers, session.passive ? [] : ['content-length']) as Record<string, string>,
    );
    if (isEventStream(answer)) {
      response.flushHeaders();
      await relayEvents(answer, response, ear);
      response.end();
    } else await relayBody(answer, response, ear, asked);
    const mine = headerOf(request, SESSION_ID);
    if (request.method === 'DELETE' && mine !== undefined && (answer.statusCode ?? 500) < 300) sessions.end(mine);
  };
  return { answer: answerTo, endAll: sessions.endAll };
}

const NO_ANSWER = 'the server behind the proxy does not answer';
const isEventStream = (answer: IncomingMessage): boolean =>
  (headerOf(answer, 'content-type') ?? '').startsWith('text/event-stream');

async function bytesOf(from: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of from) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

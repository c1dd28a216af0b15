import type { IncomingMessage, ServerResponse } from 'node:http';
import { v4 as uuidv4 } from 'uuid';
import type { Complaints } from '../complaints.ts';
import { idOf, isRequest, type Message, messagesOf } from '../message.ts';
import type { Session, SessionEnd } from '../session.ts';
import type { Upstream } from '../upstream.ts';
import { type Channel, createChannel } from './channel.ts';
import { type Answerer, refuse } from './listen.ts';
import { clientOf, createSessions, IDLE_MS, isStateless } from './sessions.ts';

export interface ServeDeps {
  /** Starts a server: one for each session, and one that all clients without sessions share. */
  readonly start: () => Upstream;
  readonly createSession: (toServer: (message: Message) => void) => Session;
  readonly now: () => number;
  readonly complaints: Complaints;
}

interface Served {
  readonly upstream: Upstream;
  readonly channel: Channel;
  readonly session: Session;
  usedAt: number;
}

const EVENTS = { 'content-type': 'text/event-stream', 'cache-control': 'no-cache, no-transform' };
const SWEEP_MS = 60_000;

/** Serves a server on stdio over Streamable HTTP. */
export function createServe({ start, createSession, now, complaints }: ServeDeps) {
  const served = new Map<string, Served>();
  let shared: { readonly upstream: Upstream; readonly channel: Channel } | undefined;
  let requests = 0;
  const stateless = createSessions({
    now,
    create: () => {
      const session: Session = createSession((message) => shared?.channel.ask(message, session));
      return session;
    },
  });

  function end(id: string, how: SessionEnd): void {
    const found = served.get(id);
    if (!found) return;
    served.delete(id);
    found.session.end(how);
    found.upstream.input.end();
  }
  const sweeping = setInterval(() => {
    for (const [id, { usedAt }] of served) if (now() - usedAt > IDLE_MS) end(id, 'closed');
  }, SWEEP_MS).unref();

  function begin(): { id: string; opened: Served } {
    const id = uuidv4();
    const upstream = start();
    const channel = createChannel(upstream, complaints);
    const session: Session = createSession((message) => channel.ask(message, session));
    const opened = { upstream, channel, session, usedAt: now() };
    served.set(id, opened);
    void upstream.ended.then(() => end(id, 'server_lost'));
    return { id, opened };
  }

  function sharedChannel(): Channel {
    if (shared) return shared.channel;
    const upstream = start();
    shared = { upstream, channel: createChannel(upstream, complaints) };
    void upstream.ended.then(() => {
      if (shared?.upstream === upstream) shared = undefined;
    });
    return shared.channel;
  }

  /** Lets a session hear what its client says, and answers what the session itself has to say to it. */
  async function hears(session: Session, message: Message): Promise<Message | undefined> {
    try {
      const verdict = session.fromClient(message);
      return verdict instanceof Promise ? await verdict.catch(() => undefined) : undefined;
    } catch {
      complaints.tell('frame', 'a message could not be read; it went on as it came');
      return undefined;
    }
  }

  const answerWith = (response: ServerResponse, message: Message): void => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(message));
  };

  async function postStateless(request: IncomingMessage, message: Message, response: ServerResponse): Promise<void> {
    const client = clientOf(message, request.headers.authorization, request.socket.remoteAddress);
    const session = stateless.byClient(client);
    const channel = sharedChannel();
    requests += 1;
    const prefix = `${requests}:`;
    const own = await hears(session, { ...message, id: `${prefix}${idOf(message.id)}` });
    if (own) return answerWith(response, { ...own, id: message.id });
    response.writeHead(200, EVENTS);
    response.flushHeaders();
    response.once('close', () => {
      if (!response.writableFinished) channel.cancel(message, session, prefix);
    });
    void channel.request(message, session, response, prefix);
  }

  async function post(request: IncomingMessage, body: Buffer, response: ServerResponse): Promise<void> {
    const line = body.toString();
    const [message] = messagesOf(line);
    if (!message) return refuse(response, 400, 'this is no JSON-RPC message');
    const named = request.headers['mcp-session-id'];
    if (named === undefined && isRequest(message) && isStateless(message))
      return postStateless(request, message, response);
    if (named === undefined && message.method !== 'initialize')
      return refuse(response, 400, 'Mcp-Session-Id is missing', message.id);
    const { id, opened } = typeof named === 'string' ? { id: named, opened: served.get(named) } : begin();
    if (!opened) return refuse(response, 404, 'there is no such session', message.id);
    opened.usedAt = now();
    const own = await hears(opened.session, message);
    if (own) return answerWith(response, own);
    if (!isRequest(message)) {
      opened.channel.tell(line.replace(/[\r\n]+/g, ' '));
      response.writeHead(202).end();
      return;
    }
    response.writeHead(200, { ...EVENTS, 'mcp-session-id': id });
    response.flushHeaders();
    void opened.channel.request(message, opened.session, response);
  }

  const answer: Answerer = async (request, body, response) => {
    if (request.method === 'POST') return post(request, body, response);
    if (request.method !== 'GET' && request.method !== 'DELETE') {
      response.writeHead(405, { allow: 'GET, POST, DELETE' }).end();
      return;
    }
    const named = request.headers['mcp-session-id'];
    const found = typeof named === 'string' ? served.get(named) : undefined;
    if (typeof named !== 'string') return refuse(response, 400, 'Mcp-Session-Id is missing');
    if (!found) return refuse(response, 404, 'there is no such session');
    found.usedAt = now();
    if (request.method === 'DELETE') {
      end(named, 'closed');
      response.writeHead(200).end();
      return;
    }
    const last = request.headers['last-event-id'];
    response.writeHead(200, { ...EVENTS, 'mcp-session-id': named });
    response.flushHeaders();
    if (!found.channel.listen(response, typeof last === 'string' ? last : undefined)) response.end();
  };

  return {
    answer,
    endAll(how: SessionEnd): void {
      clearInterval(sweeping);
      for (const id of [...served.keys()]) end(id, how);
      stateless.endAll(how);
      shared?.upstream.input.end();
    },
  };
}

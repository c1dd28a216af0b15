import type { IncomingMessage } from 'node:http';
import { PassThrough, Writable } from 'node:stream';
import type { Complaints } from '../complaints.ts';
import { createLines } from '../lines.ts';
import { idOf, isRequest, isResponse, type Message, type MessageId, messagesOf, objectOf, textOf } from '../message.ts';
import { requestIdOf } from '../open_calls.ts';
import type { Upstream, UpstreamEnd } from '../upstream.ts';
import { httpRequest } from './http_request.ts';
import { rpcError } from './listen.ts';
import { standardHeaders } from './request_headers.ts';
import { isStateless } from './sessions.ts';
import { createSseReader } from './sse.ts';

const AGAIN_MS = 1000;
/** Tries to take up a stream that broke, before its request counts as lost. */
const MAX_TRIES = 5;

export interface BridgeDeps {
  readonly target: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly complaints: Complaints;
  readonly wait?: (ms: number) => Promise<void>;
}

const unheld = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** JSON on one line: outside of texts an end of line is only white space. */
const oneLine = (json: string): string => `${json.replace(/[\r\n]+/g, ' ').trim()}\n`;

/** A server behind Streamable HTTP as one on stdio: a line is a request of its own, what comes back are lines. */
export function createBridge({ target, headers, complaints, wait = unheld }: BridgeDeps): Upstream {
  const output = new PassThrough();
  const over = new AbortController();
  /** Requests without sessions are cancelled by closing their connection. */
  const open = new Map<MessageId, AbortController>();
  const stateless = new Set<MessageId>();
  let sessionId: string | undefined;
  let revision: string | undefined;
  let turn: Promise<unknown> = Promise.resolve();
  let finish: (end: UpstreamEnd) => void;
  const ended = new Promise<UpstreamEnd>((resolve) => {
    finish = resolve;
  });

  const sessionHeaders = (): Record<string, string> => ({
    ...headers,
    ...(sessionId === undefined ? {} : { 'mcp-session-id': sessionId }),
    ...(revision === undefined ? {} : { 'mcp-protocol-version': revision }),
  });

  function say(json: string): void {
    for (const { result } of messagesOf(json)) {
      const { protocolVersion, serverInfo } = objectOf(result);
      if (serverInfo !== undefined) revision = textOf(protocolVersion) ?? revision;
    }
    if (output.writable) output.write(oneLine(json));
  }

  /** Reads events until the stream ends. Answers the id of the last, and whether the request was answered. */
  function readEvents(from: IncomingMessage, request: MessageId | undefined) {
    return new Promise<{ last: string | undefined; answered: boolean }>((resolve) => {
      let last: string | undefined;
      let answered = false;
      const reader = createSseReader(({ raw, id, data }) => {
        last = id ?? /^id:[ ]?(.*)$/m.exec(raw.toString())?.[1] ?? last;
        if (!data) return;
        if (messagesOf(data).some((message) => isResponse(message) && idOf(message.id) === request)) answered = true;
        say(data);
      });
      const end = (): void => resolve({ last, answered });
      from.on('data', reader.push);
      for (const name of ['end', 'error', 'close']) from.once(name, end);
    });
  }

  /** A stream that broke is taken up where it broke, as long as the server lets us. */
  async function follow(from: IncomingMessage, request: MessageId | undefined, signal: AbortSignal): Promise<boolean> {
    let { last, answered } = await readEvents(from, request);
    for (let tries = 0; !answered && last !== undefined && tries < MAX_TRIES && !signal.aborted; tries += 1) {
      await wait(AGAIN_MS);
      const again = await stream(last, signal);
      if (again === 'refused') return false;
      if (again === 'unreachable') continue;
      const more = await readEvents(again, request);
      if (more.last !== undefined) tries = 0;
      last = more.last ?? last;
      answered = more.answered;
    }
    return answered;
  }

  async function stream(
    lastEventId: string | undefined,
    signal: AbortSignal,
  ): Promise<IncomingMessage | 'refused' | 'unreachable'> {
    try {
      const answer = await httpRequest({
        url: target,
        method: 'GET',
        headers: {
          ...sessionHeaders(),
          accept: 'text/event-stream',
          ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
        },
        signal,
      });
      if (answer.statusCode === 200) return answer;
      answer.resume();
      return 'refused';
    } catch {
      return 'unreachable';
    }
  }

  /** What the server says by itself, for as long as the session lasts. */
  async function listenAlways(): Promise<void> {
    let last: string | undefined;
    while (!over.signal.aborted) {
      const answer = await stream(last, over.signal);
      if (answer === 'refused') return;
      if (answer !== 'unreachable') last = (await readEvents(answer, undefined)).last ?? last;
      await wait(AGAIN_MS);
    }
  }

  async function textOfAnswer(answer: IncomingMessage): Promise<string> {
    const chunks: Buffer[] = [];
    for await (const chunk of answer) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString();
  }

  /** Settles once the head of the answer is there; what it holds comes behind. */
  async function post(line: Buffer, message: Message): Promise<void> {
    const id = isRequest(message) ? idOf(message.id) : undefined;
    const gone = new AbortController();
    const signal = AbortSignal.any([gone.signal, over.signal]);
    if (id !== undefined) open.set(id, gone);
    const lost = (why: string): void => {
      if (id !== undefined && !signal.aborted) say(rpcError(id, -32000, why));
    };
    let answer: IncomingMessage;
    try {
      answer = await httpRequest({
        url: target,
        method: 'POST',
        headers: {
          ...sessionHeaders(),
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          ...standardHeaders(message),
        },
        body: line,
        signal,
      });
    } catch {
      complaints.tell('unreachable', `${target.origin} does not answer`);
      lost('the server does not answer');
      return;
    }
    sessionId = textOf(answer.headers['mcp-session-id']) ?? sessionId;
    void (async () => {
      if (answer.headers['content-type']?.startsWith('text/event-stream')) {
        if (!(await follow(answer, id, signal))) lost('the server closed the stream before it answered');
      } else {
        const body = await textOfAnswer(answer);
        const answers = messagesOf(body).some((each) => isResponse(each) && idOf(each.id) === id);
        if (answers) say(body);
        else lost(`the server answered with HTTP ${answer.statusCode}`);
      }
    })()
      .catch(() => lost('the server closed the connection before it answered'))
      .finally(() => {
        if (id === undefined) return;
        open.delete(id);
        stateless.delete(id);
      });
    if (message.method === 'notifications/initialized') void listenAlways();
  }

  function take(line: Buffer): void {
    const [message = {}] = messagesOf(line.toString());
    const cancelled = message.method === 'notifications/cancelled' ? requestIdOf(message.params) : undefined;
    const before = turn;
    if (cancelled !== undefined && stateless.has(cancelled)) {
      open.get(cancelled)?.abort();
      return;
    }
    const id = idOf(message.id);
    if (id !== undefined && isStateless(message)) stateless.add(id);
    const posted = before.then(() => post(line, message));
    // What tells the server something is there before what is said next; requests need not wait for each other.
    if (!isRequest(message) || message.method === 'initialize') turn = posted;
  }
  async function end(how: UpstreamEnd): Promise<void> {
    if (over.signal.aborted) return;
    over.abort();
    if (sessionId !== undefined)
      await httpRequest({
        url: target,
        method: 'DELETE',
        headers: sessionHeaders(),
        signal: AbortSignal.timeout(AGAIN_MS),
      })
        .then((answer) => answer.resume())
        .catch(() => undefined);
    output.end();
    finish(how);
  }

  const lines = createLines(take);
  const input = new Writable({
    write(chunk: Buffer, _, done) {
      lines.push(chunk);
      done();
    },
    final(done) {
      lines.end();
      done();
      void end({ kind: 'exited', code: 0 });
    },
  });
  return { input, output, ended, stop: (signal) => void end({ kind: 'signalled', signal }) };
}

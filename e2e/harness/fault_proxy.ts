import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What can happen to a request on its way. `lost`: stored, but a gateway answers 502 in place of the server. */
export const FAULTS = ['cut_body', 'cut_answer', 'unavailable', 'lost', 'throttled'] as const;
export type Fault = (typeof FAULTS)[number];

export type ArtifactFate = 'pass' | 'cut' | 'reject' | 'throttle';

/** Longest wait that a 429 asks for, in s. */
const RETRY_AFTER_S = 3;

export interface FaultProxy {
  readonly url: string;
  /** Share of requests to `/v1/ingest` that meet a fault. */
  setShare(share: number): void;
  /** A batch with a call that holds this text is refused as a whole, as by a firewall that dislikes it. */
  setPoison(text: string): void;
  /** What happens to artifacts: `cut` breaks each upload in its middle, `reject` refuses each at the signing, `throttle` has all signing wait. */
  setArtifacts(fate: ArtifactFate): void;
  readonly faults: Readonly<Record<Fault | 'unreachable' | 'poisoned', number>>;
  /** Requests to ingest or sign that came before a 429 on that path had allowed them: when that was said, and when they came. */
  readonly undercut: readonly { readonly said: number; readonly came: number }[];
  /** Requests by method and first parts of their path, as `POST /v1/artifacts/sign`. */
  readonly requests: Readonly<Record<string, number>>;
  /** Uuids of all events in whole requests that came. */
  readonly seen: ReadonlySet<string>;
  /** Times (ms since 1970) at which a request to `/v1/ingest` came, and at which one was answered by the server with 200. */
  readonly came: readonly number[];
  readonly served: readonly number[];
  close(): Promise<void>;
}

const UUIDS = /"event_uuid":"([0-9a-f-]{36})"/g;

/** Whether a batch has a call with this text. What is told of a call may name the page of the next one. */
const isPoisoned = (batch: string, text: string): boolean =>
  batch.includes(text) &&
  (JSON.parse(batch) as { items: { tool_name?: string }[] }).items.some(
    (item) => item.tool_name !== undefined && JSON.stringify(item).includes(text),
  );

/** A real proxy before a real server: connections are cut in the middle of bodies and answers, and requests refused. */
export async function startFaultProxy(target: string, random: () => number): Promise<FaultProxy> {
  const faults = { cut_body: 0, cut_answer: 0, unavailable: 0, lost: 0, throttled: 0, unreachable: 0, poisoned: 0 };
  const seen = new Set<string>();
  const came: number[] = [];
  const served: number[] = [];
  let share = 0;
  let poison: string | undefined;
  /** By path. */
  const waits = new Map<string, { readonly said: number; readonly notBefore: number }>();
  const requests: Record<string, number> = {};
  const undercut: { said: number; came: number }[] = [];
  let artifacts: ArtifactFate = 'pass';

  function pick(): Fault | undefined {
    return random() < share ? FAULTS[Math.floor(random() * FAULTS.length)] : undefined;
  }

  function refuse(response: ServerResponse, status: number, code: string, headers: Record<string, string> = {}): void {
    response.writeHead(status, { 'content-type': 'application/json', 'access-control-allow-origin': '*', ...headers });
    response.end(JSON.stringify({ error: { code, message: `the proxy says ${status}` } }));
  }

  function reject(body: Buffer, response: ServerResponse): void {
    const { artifacts } = JSON.parse(body.toString()) as { artifacts: { content_hash: string }[] };
    const refused = { status: 'rejected', code: 'id_conflict', reason: 'the proxy rejects it' };
    response.writeHead(200, { 'content-type': 'application/json' });
    const answers = artifacts.map(({ content_hash }) => ({ content_hash, ...refused }));
    response.end(JSON.stringify({ storage_url: target, artifacts: answers }));
  }

  function throttle(path: string, response: ServerResponse): void {
    const seconds = 1 + Math.floor(random() * RETRY_AFTER_S);
    const until = Math.ceil(Date.now() / 1000 + seconds) * 1000;
    const asDate = random() < 0.5;
    const said = Date.now();
    waits.set(path, { said, notBefore: asDate ? until : said + seconds * 1000 });
    refuse(response, 429, 'rate_limited', { 'retry-after': asDate ? new Date(until).toUTCString() : String(seconds) });
  }

  function pass(incoming: IncomingMessage, body: Buffer, response: ServerResponse, fault: Fault | undefined): void {
    const cut = fault === 'cut_body';
    const outgoing = request(`${target}${incoming.url}`, { method: incoming.method, headers: incoming.headers });
    outgoing.on('error', () => {
      if (!cut) faults.unreachable += 1;
      incoming.socket.destroy();
    });
    outgoing.on('response', async (answer) => {
      const chunks: Buffer[] = [];
      try {
        for await (const chunk of answer) chunks.push(chunk as Buffer);
      } catch {
        faults.unreachable += 1;
        incoming.socket.destroy();
        return;
      }
      const whole = Buffer.concat(chunks);
      if (fault === 'lost') return refuse(response, 502, 'unavailable');
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      if (fault === 'cut_answer') {
        response.write(whole.subarray(0, whole.length >> 1), () => incoming.socket.destroy());
        return;
      }
      if (incoming.url === '/v1/ingest' && answer.statusCode === 200) served.push(Date.now());
      response.end(whole);
    });
    if (cut)
      outgoing.write(body.subarray(0, body.length >> 1), () => {
        outgoing.destroy();
        incoming.socket.destroy();
      });
    else outgoing.end(body);
  }

  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of incoming) chunks.push(chunk as Buffer);
    } catch {
      return; // The browser was killed in the middle of it.
    }
    const body = Buffer.concat(chunks);
    const path = incoming.url ?? '';
    const named = `${incoming.method} ${path.split(/[/?]/).slice(0, 4).join('/')}`;
    requests[named] = (requests[named] ?? 0) + 1;
    const wait = waits.get(path);
    if (wait && Date.now() < wait.notBefore) undercut.push({ said: wait.said, came: Date.now() });
    if (artifacts === 'throttle' && incoming.url === '/v1/artifacts/sign') return throttle(path, response);
    if (artifacts === 'reject' && incoming.url === '/v1/artifacts/sign') return reject(body, response);
    if (artifacts === 'cut' && incoming.method === 'PUT') return pass(incoming, body, response, 'cut_body');
    if (incoming.url !== '/v1/ingest' || incoming.method !== 'POST') return pass(incoming, body, response, undefined);
    came.push(Date.now());
    const text = body.toString();
    for (const [, uuid] of text.matchAll(UUIDS)) seen.add(uuid ?? '');
    if (poison !== undefined && isPoisoned(text, poison)) {
      faults.poisoned += 1;
      return refuse(response, 400, 'invalid_body');
    }
    const fault = pick();
    if (fault) faults[fault] += 1;
    if (fault === 'unavailable') refuse(response, 503, 'unavailable');
    else if (fault === 'throttled') throttle(path, response);
    else pass(incoming, body, response, fault);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    setShare(next) {
      share = next;
    },
    setPoison(text) {
      poison = text;
    },
    setArtifacts(fate) {
      artifacts = fate;
    },
    faults,
    undercut,
    requests,
    seen,
    came,
    served,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

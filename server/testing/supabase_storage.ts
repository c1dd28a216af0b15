import type { IncomingMessage, ServerResponse } from 'node:http';
import { serveLoopback } from './serve_loopback.ts';

/** A server with the part of Supabase Storage's wire protocol that this project speaks, in memory. */
export interface SupabaseStorage {
  readonly url: string;
  /** How it behaves from now on. */
  behave(how: Behaviour): void;
  /** `{bucket}/{path}` of what it holds. */
  paths(): string[];
  close(): Promise<void>;
}

export type Behaviour = 'serves' | 'refuses' | 'hangs';

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

const ok = (body: unknown): Answer => ({ status: 200, body });
/** Storage answers most errors with HTTP 400, and the real status in the body. */
const failed = (statusCode: string, error: string): Answer => ({
  status: 400,
  body: { statusCode, error, message: error },
});

export async function startSupabaseStorage(): Promise<SupabaseStorage> {
  const blobs = new Map<string, Buffer>();
  const buckets = new Set<string>();
  let how: Behaviour = 'serves';

  async function answer(request: IncomingMessage): Promise<Answer | Buffer> {
    const path = decodeURIComponent(new URL(request.url ?? '', 'http://x').pathname).replace('/storage/v1/', '');
    const body = await bodyOf(request);
    const json = () => JSON.parse(body.toString() || '{}');
    const is = (method: string, prefix: string): string | undefined =>
      request.method === method && path.startsWith(prefix) ? path.slice(prefix.length) : undefined;

    if (is('POST', 'bucket') === '') {
      const { name } = json();
      if (buckets.has(name)) return failed('409', 'Duplicate');
      buckets.add(name);
      return ok({ name });
    }
    const signed = is('POST', 'object/upload/sign/');
    if (signed) return ok({ url: `/object/upload/sign/${signed}?token=t`, token: 't' });
    const info = is('GET', 'object/info/');
    if (info) {
      const found = blobs.get(info);
      return found ? ok({ name: info, size: found.length }) : failed('404', 'not_found');
    }
    const listed = is('POST', 'object/list/');
    if (listed) return ok(entries(blobs, `${listed}/${json().prefix}/`));
    const removed = is('DELETE', 'object/');
    if (removed) {
      for (const each of json().prefixes) blobs.delete(`${removed}/${each}`);
      return ok([]);
    }
    const written = is('PUT', 'object/upload/sign/') ?? is('POST', 'object/');
    if (written) {
      blobs.set(written, body);
      return ok({ Key: written, Id: written });
    }
    const read = is('GET', 'object/');
    return (read && blobs.get(read)) || failed('404', 'not_found');
  }

  const served = await serveLoopback((request, response) => {
    if (how === 'hangs') {
      request.resume();
      return;
    }
    if (how === 'refuses') {
      request.resume();
      write(response, { status: 500, body: { message: 'no' } });
      return;
    }
    void answer(request).then((told) => write(response, told));
  });
  return {
    url: served.origin,
    behave(next) {
      how = next;
    },
    paths: () => [...blobs.keys()].sort(),
    close: served.close,
  };
}

function write(response: ServerResponse, answer: Answer | Buffer): void {
  if (Buffer.isBuffer(answer)) {
    response.end(answer);
    return;
  }
  response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
}

const entries = (blobs: ReadonlyMap<string, Buffer>, folder: string): object[] =>
  [...blobs.keys()]
    .filter((path) => path.startsWith(folder) && !path.slice(folder.length).includes('/'))
    .map((path) => ({
      name: path.slice(folder.length),
      id: path,
      metadata: { lastModified: new Date().toISOString() },
    }));

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

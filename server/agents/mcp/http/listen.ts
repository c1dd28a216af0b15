import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { refusalOf } from './guard.ts';

/** Largest request, in bytes: a picture or a document as an argument. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;

export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  readonly allowedOrigins: readonly string[];
}

export type Answerer = (request: IncomingMessage, body: Buffer, response: ServerResponse) => Promise<void>;

export interface Listening {
  readonly url: string;
  close(): Promise<void>;
}

/** An error as JSON-RPC says it, for whoever asked. */
export const rpcError = (id: unknown, code: number, message: string): string =>
  JSON.stringify({ jsonrpc: '2.0', id: id ?? null, error: { code, message } });

export function refuse(response: ServerResponse, status: number, message: string, id?: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(rpcError(id, -32000, message));
}

async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

/** Serves MCP over HTTP, to this machine unless told otherwise. */
export async function listen(answer: Answerer, { host, port, allowedOrigins }: ListenOptions): Promise<Listening> {
  const server = createServer(async (request, response) => {
    try {
      const refusal = refusalOf(request.headers, { boundTo: host, allowedOrigins });
      if (refusal) return refuse(response, 403, refusal);
      const body = await bodyOf(request);
      if (!body) return refuse(response, 413, `larger than ${MAX_BODY_BYTES} bytes`);
      await answer(request, body, response);
    } catch {
      refuse(response, 502, 'the proxy could not do that');
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  const name = host.includes(':') ? `[${host}]` : host;
  return {
    url: `http://${name}:${bound}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

import { request } from 'node:http';
import { serveLoopback } from '../../server/testing/serve_loopback.ts';

export interface Wire {
  readonly url: string;
  /** Every request that came by: its line, headers and body. */
  readonly sent: readonly { readonly head: string; readonly body: Buffer }[];
  /** While closed, every request is answered with 503. */
  open(): void;
  close(): Promise<void>;
}

/** Stands between a client and the server at `target` and keeps all that the client says. Closed at first. */
export async function tapWire(target: string): Promise<Wire> {
  const sent: { head: string; body: Buffer }[] = [];
  let isOpen = false;
  const served = await serveLoopback(async (incoming, answer) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    sent.push({ head: `${incoming.method} ${incoming.url}\n${incoming.rawHeaders.join('\n')}`, body });
    // What the key belongs to is told at any time: without it nothing would be recorded.
    if (!isOpen && incoming.url !== '/v1/project') {
      answer.writeHead(503, { 'retry-after': '1' }).end();
      return;
    }
    const { method, url, headers } = incoming;
    const onward = request(new URL(url ?? '/', target), { method, headers }, (reply) => {
      answer.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(answer);
    });
    onward.on('error', () => answer.writeHead(502).end());
    onward.end(body);
  });
  return {
    url: served.origin,
    sent,
    open: () => {
      isOpen = true;
    },
    close: served.close,
  };
}

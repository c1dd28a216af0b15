import process from 'node:process';
import { run } from './run.ts';
import type { Fetch } from './start.ts';

declare const Deno: {
  serve(
    options: { hostname: string; port: number; onListen: () => void },
    handler: Fetch,
  ): { readonly addr: { readonly port: number }; shutdown(): Promise<void> };
};

/** `deno run -A dist/server/deno.js`, configured by the environment. */
await run(process.env, async (fetch, hostname, port) => {
  const server = Deno.serve({ hostname, port, onListen: () => {} }, (request) => fetch(request));
  return { port: server.addr.port, close: () => server.shutdown() };
});

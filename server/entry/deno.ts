import process from 'node:process';
import { drain } from './drain.ts';
import { run } from './run.ts';
import { DRAIN_MS, type Fetch } from './start.ts';

declare const Deno: {
  serve(
    options: { hostname: string; port: number; onListen: () => void },
    handler: Fetch,
  ): { readonly addr: { readonly port: number }; shutdown(): Promise<void> };
};

/** `deno run -A dist/server/deno.js`, configured by the environment. */
await run(process.env, async (fetch, hostname, port) => {
  const draining = drain(fetch);
  const server = Deno.serve({ hostname, port, onListen: () => {} }, (request) => draining.fetch(request));
  return {
    port: server.addr.port,
    async close() {
      // Deno's shutdown ends the bodies that are still being read.
      await draining.finish(DRAIN_MS);
      await server.shutdown();
    },
  };
});

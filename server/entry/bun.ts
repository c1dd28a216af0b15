import { run } from './run.ts';
import type { Fetch } from './start.ts';

declare const Bun: {
  serve(options: { fetch: Fetch; hostname: string; port: number }): { port: number; stop(): Promise<void> };
};

/** `bun dist/server/bun.js`, configured by the environment. */
await run(process.env, async (fetch, hostname, port) => {
  const server = Bun.serve({ fetch: (request) => fetch(request), hostname, port });
  return { port: server.port, close: () => server.stop() };
});

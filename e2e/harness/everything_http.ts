import { resolve } from 'node:path';
import { freePort } from '../../server/testing/postgres_cluster.ts';
import { runCommand } from '../../server/testing/server_process.ts';
import { until } from './wait.ts';

const EVERYTHING = resolve('node_modules/@modelcontextprotocol/server-everything/dist/index.js');

/** The reference server over Streamable HTTP, with sessions and streams that can be taken up again. */
export async function startEverythingHttp() {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/mcp`;
  const server = runCommand(EVERYTHING, ['streamableHttp'], { PORT: String(port) });
  await until('the reference server listens', async () => (await fetch(url).catch(() => undefined)) !== undefined);
  return {
    url,
    /** It says what it is asked. */
    said: server.output,
    async close(): Promise<void> {
      server.child.kill('SIGKILL');
      await server.ended;
    },
  };
}

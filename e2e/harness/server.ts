import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './wait.ts';

const CLI = 'dist/server/cli.js';

export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('No free port.');
  return address.port;
}

export interface RunningServer {
  readonly url: string;
  readonly dataDir: string;
  readonly publishableKey: string;
  readonly secretKey: string;
  /** All that the process wrote so far, for looking for what must not be there. */
  output(): string;
  /** POST or GET with the secret key. */
  api<T>(path: string, body?: unknown): Promise<T>;
  kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
  /** Starts the same server again: same port, data and keys. */
  restart(): Promise<void>;
}

/** The real server as its own process, on a fresh data folder; `env` chooses the database. */
export async function startServer(env: NodeJS.ProcessEnv = {}): Promise<RunningServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'laskobot-data-'));
  const extensionDir = await mkdtemp(join(tmpdir(), 'laskobot-config-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let output = '';
  let child: ChildProcess;

  async function start(): Promise<void> {
    child = spawn(process.execPath, [CLI, 'start', '--extension', extensionDir], {
      env: { ...process.env, DATA_DIR: dataDir, PORT: String(port), JOBS: 'off', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => {
        output += chunk.toString();
      });
    await until(
      `the server is ready; it said:\n${output}`,
      async () => {
        if (child.exitCode !== null) throw new Error(`The server ended with ${child.exitCode}:\n${output}`);
        return (await fetch(`${url}/readyz`).catch(() => undefined))?.ok === true;
      },
      60_000,
    );
  }

  await start();
  const { publishable_key } = JSON.parse(await readFile(join(extensionDir, 'laskobot.json'), 'utf8')) as {
    publishable_key: string;
  };
  const secretKey = /lb_secret_[\w-]+/.exec(output)?.[0];
  if (!secretKey) throw new Error(`The first start showed no secret key:\n${output}`);

  return {
    url,
    dataDir,
    publishableKey: publishable_key,
    secretKey,
    output: () => output,
    async api<T>(path: string, body?: unknown): Promise<T> {
      const response = await fetch(`${url}${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers: { authorization: `Bearer ${secretKey}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
      return (await response.json()) as T;
    },
    kill: (signal) =>
      new Promise((resolve) => {
        if (child.exitCode !== null || child.signalCode !== null) resolve();
        else {
          child.once('close', () => resolve());
          child.kill(signal);
        }
      }),
    restart: start,
  };
}

import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../server/testing/postgres_cluster.ts';
import { emptyDir, printedKey, runCommand } from '../../server/testing/server_process.ts';
import { until } from './wait.ts';

const CLI = 'dist/server/cli.js';

export interface RunningServer {
  readonly url: string;
  readonly dataDir: string;
  readonly publishableKey: string;
  /** Printed by the first server on a database; another one has none to tell, and asking it throws. */
  readonly secretKey: string;
  /** Of the process that runs now. */
  pid(): number;
  /** All that the process wrote so far, for looking for what must not be there. */
  output(): string;
  /** POST or GET with the secret key. */
  api<T>(path: string, body?: unknown): Promise<T>;
  /** Runs a job to its end; throws where it did not succeed. */
  runJob(name: 'aggregate' | 'recipes'): Promise<void>;
  kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
  /** Starts the same server again, after `kill`: same port, data and keys; `changes` of the environment. */
  restart(changes?: Readonly<Record<string, string>>): Promise<void>;
}

/** One success makes a hint active, as on one's own machine, and none is withheld by chance. */
const AT_ONCE = { HINTS_MIN_SUCCESSES: '1', HINTS_MIN_DAYS: '1', HINTS_HOLDOUT_PERCENT: '0' };

/** The real server as its own process, on a fresh data folder; `env` chooses the database. */
export async function startServer(env: Readonly<Record<string, string>> = {}): Promise<RunningServer> {
  const dataDir = await emptyDir();
  const extensionDir = await mkdtemp(join(tmpdir(), 'laskobot-config-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let before = '';
  let running: ReturnType<typeof runCommand>;
  const output = (): string => before + running.output();

  async function start(changes: Readonly<Record<string, string>> = {}): Promise<void> {
    const args = ['start', '--extension', extensionDir];
    running = runCommand(CLI, args, {
      DATA_DIR: dataDir,
      PORT: String(port),
      JOBS: 'off',
      ...AT_ONCE,
      ...env,
      ...changes,
    });
    await until(
      'the server is ready',
      async () => {
        if (running.child.exitCode !== null)
          throw new Error(`The server ended with ${running.child.exitCode}:\n${output()}`);
        // It listens before it has written its keys and told what to do next.
        if (!running.output().includes('Stop with Ctrl+C')) return false;
        return (await fetch(`${url}/readyz`).catch(() => undefined))?.ok === true;
      },
      200_000,
    );
  }

  await start();
  const { publishable_key } = JSON.parse(await readFile(join(extensionDir, 'laskobot.json'), 'utf8')) as {
    publishable_key: string;
  };
  const secretKey = (): string => printedKey(output(), 'secret');

  async function api<T>(path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${url}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${secretKey()}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }

  return {
    url,
    dataDir,
    publishableKey: publishable_key,
    get secretKey() {
      return secretKey();
    },
    pid: () => running.child.pid ?? 0,
    output,
    api,
    async runJob(name) {
      const result = await api<{ outcome: string }>(`/internal/jobs/${name}`, {});
      if (result.outcome !== 'succeeded') throw new Error(`The job ${name}: ${JSON.stringify(result)}`);
    },
    async kill(signal) {
      running.child.kill(signal);
      await running.ended;
      before += running.output();
    },
    restart: start,
  };
}

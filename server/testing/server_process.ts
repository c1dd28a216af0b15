import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBuilder } from 'vite';
import { freePort } from './postgres_cluster.ts';

/** Builds the command line as `npm run build` does; returns its path. Files that run at once need a folder each. */
export async function buildCli(outDir = 'dist/server'): Promise<string> {
  const builder = await createBuilder({
    mode: 'server',
    logLevel: 'error',
    environments: { server: { build: { outDir } } },
  });
  await builder.buildApp();
  return `${outDir}/cli.js`;
}

export interface ServerProcess {
  readonly url: string;
  readonly child: ChildProcess;
  /** What it has said so far. */
  output(): string;
  /** When it has ended: its exit code or signal. */
  readonly ended: Promise<number | string>;
}

type Env = Readonly<Record<string, string>>;

/** A real server process; answers when it is ready, or has ended. */
export async function startServer(
  cli: string,
  dataDir: string,
  env: Env = {},
  args: string[] = [],
): Promise<ServerProcess> {
  const port = env.PORT ?? String(await freePort());
  const server = runCommand(cli, ['start', ...args], { DATA_DIR: dataDir, PORT: port, JOBS: 'off', ...env });
  const url = `http://127.0.0.1:${port}`;
  let running = true;
  void server.ended.then(() => {
    running = false;
  });
  while (running && !server.output().includes('Stop with Ctrl+C'))
    await new Promise((resolve) => setTimeout(resolve, 50));
  return { url, ...server };
}

/** Runs a command of the command line. */
export function runCommand(cli: string, args: readonly string[], env: Env = {}): Omit<ServerProcess, 'url'> {
  const child = spawn(process.execPath, [cli, ...args], { env: { PATH: process.env.PATH, ...env } });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
  }
  return {
    child,
    output: () => said,
    ended: new Promise((resolve) => child.once('close', (code, signal) => resolve(code ?? signal ?? ''))),
  };
}

export const emptyDir = (): Promise<string> => mkdtemp(join(tmpdir(), 'laskobot-data-'));

/** The key of that kind that a first start printed. */
export function printedKey(output: string, kind: 'secret' | 'publishable'): string {
  const key = new RegExp(`lb_${kind}_[\\w-]{43}`).exec(output)?.[0];
  if (!key) throw new Error(`no ${kind} key in ${output}`);
  return key;
}

import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

export type ServerChild = ChildProcessByStdio<Writable, Readable, null>;

/** Shells say so of a program that is not there. */
export const NOT_FOUND_CODE = 127;

/** How a child ended. `not_started`: there is no such program, or it may not be run. */
export type ChildEnd =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'signalled'; readonly signal: NodeJS.Signals }
  | { readonly kind: 'not_started'; readonly reason: string };

/** The environment without what is only for us: a server has no use for the key. */
const environmentOf = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('LASKOBOT_')));

/** Starts an MCP server; what it says on stderr goes where ours goes, byte for byte. */
export function spawnServer(
  [command = '', ...args]: readonly string[],
  env: NodeJS.ProcessEnv,
): { readonly child: ServerChild; readonly ended: Promise<ChildEnd> } {
  const child = spawn(command, args, {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: environmentOf(env),
    // On Windows npx and its like are scripts that only a shell starts.
    shell: process.platform === 'win32',
  });
  // Writing to a server that has gone: its end tells what there is to tell.
  child.stdin.on('error', () => undefined);
  const ended = new Promise<ChildEnd>((resolve) => {
    child.once('error', (error) => resolve({ kind: 'not_started', reason: error.message }));
    child.once('close', (code, signal) =>
      resolve(signal ? { kind: 'signalled', signal } : { kind: 'exited', code: code ?? 0 }),
    );
  });
  return { child, ended };
}

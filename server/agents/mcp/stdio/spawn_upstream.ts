import { spawn } from 'node:child_process';
import type { Upstream, UpstreamEnd } from '../upstream.ts';

/** The environment without what is only for us: a server has no use for the key. */
const environmentOf = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('LASKOBOT_')));

/** Starts an MCP server; what it says on stderr goes where ours goes, byte for byte. */
export function spawnUpstream([command = '', ...args]: readonly string[], env: NodeJS.ProcessEnv): Upstream {
  const child = spawn(command, args, {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: environmentOf(env),
    // On Windows npx and its like are scripts that only a shell starts.
    shell: process.platform === 'win32',
  });
  // Writing to a server that has gone: its end tells what there is to tell.
  child.stdin.on('error', () => undefined);
  const ended = new Promise<UpstreamEnd>((resolve) => {
    child.once('error', (error) => resolve({ kind: 'not_started', reason: error.message }));
    child.once('close', (code, signal) =>
      resolve(signal ? { kind: 'signalled', signal } : { kind: 'exited', code: code ?? 0 }),
    );
  });
  return { input: child.stdin, output: child.stdout, ended, stop: (signal) => void child.kill(signal) };
}

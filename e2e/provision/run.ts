import { spawn, spawnSync } from 'node:child_process';
import { onPath } from '../../server/testing/find_program.ts';

/** Runs a command with its output shown; resolves with its exit code. */
export const run = (command: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<number> =>
  new Promise((resolve) => {
    const child = spawn(command, args, { stdio: 'inherit', env });
    child.on('error', () => resolve(127));
    child.on('close', (code) => resolve(code ?? 1));
  });

let refreshed = false;

/**
 * Installs Debian packages where this is a Debian with rights to do so. Returns whether it worked; says what it does, since it
 * changes the machine.
 */
export async function aptInstall(...packages: readonly string[]): Promise<boolean> {
  const apt = onPath('apt-get');
  if (!apt) return false;
  const root = process.getuid?.() === 0;
  const sudo = root ? undefined : onPath('sudo');
  if (!root && (!sudo || spawnSync(sudo, ['-n', 'true']).status !== 0)) return false;
  const command = sudo ? [sudo, '-n', apt] : [apt];
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const call = (...args: string[]): Promise<number> => run(command[0]!, [...command.slice(1), ...args], env);
  console.log(`Installing ${packages.join(', ')} with apt-get.`);
  if (!refreshed) {
    refreshed = true;
    await call('update', '-qq');
  }
  return (await call('install', '-y', '-qq', '--no-install-recommends', ...packages)) === 0;
}

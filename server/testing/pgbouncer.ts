import { spawn } from 'node:child_process';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findProgram } from './find_program.ts';
import { describeWith } from './needs.ts';
import { execute, freePort } from './postgres_cluster.ts';
import { emptyDir } from './server_process.ts';

export const describePgBouncer = (name: string, suite: (program: string) => void): void =>
  describeWith(findProgram('PGBOUNCER', 'pgbouncer'), 'PgBouncer (set PGBOUNCER)', name, suite);

export interface PgBouncer {
  /** The same database, through it. */
  readonly url: string;
  /** Starts it again after `stop`. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** A real PgBouncer in transaction mode before a database; with fewer connections to it than clients will have. */
export async function startPgBouncer(program: string, databaseUrl: string): Promise<PgBouncer> {
  const { hostname, port: dbPort, username, pathname } = new URL(databaseUrl);
  const dir = await emptyDir();
  // It refuses to run as root, and reads its files as another user.
  await chmod(dir, 0o755);
  const port = await freePort();
  await writeFile(join(dir, 'users'), `"${username}" ""\n`);
  await writeFile(
    join(dir, 'config.ini'),
    `[databases]
* = host=${hostname} port=${dbPort}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = trust
auth_file = ${join(dir, 'users')}
pool_mode = transaction
default_pool_size = 3
max_client_conn = 100
`,
  );
  const user = process.getuid?.() === 0 ? ['-u', 'postgres'] : [];
  const url = `postgresql://${username}@127.0.0.1:${port}${pathname}`;
  let stop: () => Promise<void>;
  async function start(): Promise<void> {
    const child = spawn(program, [...user, join(dir, 'config.ini')], { stdio: 'ignore' });
    const ended = new Promise((resolve) => child.once('close', resolve));
    stop = async () => {
      child.kill('SIGKILL');
      await ended;
    };
    await execute(url, 'select 1', 100);
  }
  await start();
  return { url, start, stop: () => stop() };
}

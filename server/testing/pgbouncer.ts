import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { execute, freePort, postgresUser } from './postgres_cluster.ts';

export interface Pgbouncer {
  readonly url: string;
  kill(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

export const findPgbouncer = (): string | undefined =>
  [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin']
    .map((dir) => join(dir, 'pgbouncer'))
    .find((path) => existsSync(path));

/** PgBouncer in transaction mode in front of the database `runs` of a Postgres on `postgresPort`. */
export async function startPgbouncer(program: string, postgresPort: number): Promise<Pgbouncer> {
  const dir = await mkdtemp(join(tmpdir(), 'laskobot-pgbouncer-'));
  const port = await freePort();
  const url = `postgresql://laskobot_login@127.0.0.1:${port}/runs`;
  const config = join(dir, 'pgbouncer.ini');
  await writeFile(
    config,
    `[databases]
runs = host=127.0.0.1 port=${postgresPort} dbname=runs user=laskobot_login
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 4
`,
  );
  // It refuses to run as root.
  const owner = process.getuid?.() === 0 ? postgresUser() : undefined;
  if (owner) for (const path of [dir, config]) chownSync(path, owner.uid, owner.gid);
  let child: ReturnType<typeof spawn>;
  async function start(): Promise<void> {
    child = spawn(program, ['-q', config], { stdio: 'ignore', ...owner });
    await execute(url, 'select 1', 100);
  }
  async function kill(): Promise<void> {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
  await start();
  return {
    url,
    start,
    kill,
    async close() {
      await kill();
      await rm(dir, { recursive: true });
    },
  };
}

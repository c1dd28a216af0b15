import { spawn, spawnSync } from 'node:child_process';
import { chownSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execute, freePort, postgresUser } from './postgres_cluster.ts';
import { processCpuMs } from './process_cpu.ts';

/** A Postgres that one test or bench has for itself: it may be killed and started again. */
export interface OwnPostgres {
  readonly port: number;
  /** As the login of a server: no superuser, may create roles. */
  readonly url: string;
  readonly superuserUrl: string;
  /** Processor time that its processes have taken so far, those that ended included, in ms. */
  cpuMs(): number;
  /** As a crash of the machine would: its postmaster gets SIGKILL. */
  kill(): Promise<void>;
  /** After `kill`. */
  start(): Promise<void>;
  /** For good. */
  close(): Promise<void>;
}

/** Runs $3… until process $1 has ended: a killed vitest worker must leave no Postgres behind. */
const KEEPER = `
  alive() { local said; said=$(LC_ALL=C kill -0 "$1" 2>&1) || [[ $said != *"No such process"* ]]; }
  keep=$1 dir=$2; shift 2
  "$@" >>"$dir/log" 2>&1 &
  while alive "$keep" && alive $!; do sleep 0.2; done
  kill -QUIT $! 2>/dev/null; wait $!
`;

export async function startOwnPostgres(
  bin: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<OwnPostgres> {
  const dir = await mkdtemp(join(tmpdir(), 'laskobot-postgres-'));
  const owner = process.getuid?.() === 0 ? postgresUser() : undefined;
  if (owner) chownSync(dir, owner.uid, owner.gid);
  const data = join(dir, 'data');
  const made = spawnSync(join(bin, 'initdb'), ['-D', data, '-U', 'postgres', '-A', 'trust'], { ...owner });
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`);
  const port = await freePort();
  const address = (user: string, database: string) => `postgresql://${user}@127.0.0.1:${port}/${database}`;
  const postmaster = async () => Number((await readFile(join(data, 'postmaster.pid'), 'utf8')).split('\n')[0]);
  let pid = 0;

  async function start(): Promise<void> {
    const given = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const fixed = ['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='];
    const command = [join(bin, 'postgres'), '-D', data, '-p', String(port), ...fixed, ...given];
    spawn('bash', ['-c', KEEPER, 'keeper', String(process.pid), dir, ...command], {
      stdio: 'ignore',
      ...owner,
    }).unref();
    await execute(address('postgres', 'postgres'), 'select 1', 300);
    pid = await postmaster();
  }

  await start();
  await execute(address('postgres', 'postgres'), 'create role laskobot_login login createrole createdb');
  await execute(address('postgres', 'postgres'), 'create database runs owner laskobot_login');
  return {
    port,
    url: address('laskobot_login', 'runs'),
    superuserUrl: address('postgres', 'runs'),
    cpuMs: () => processCpuMs(pid),
    start,
    async kill() {
      process.kill(pid, 'SIGKILL');
      await untilEnded(pid);
    },
    async close() {
      process.kill(pid, 'SIGQUIT');
      await untilEnded(pid);
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function untilEnded(pid: number): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`process ${pid} does not end`);
}

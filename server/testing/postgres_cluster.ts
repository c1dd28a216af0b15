import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, readdirSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import pg from 'pg';

/** The cluster's address as superuser, and as the login that a server would have: no superuser, may create roles. */
export interface Cluster {
  readonly superuserUrl: (database: string) => string;
  readonly loginUrl: (database: string) => string;
}

/** Folder of Postgres' programs: PG_BIN, Debian's newest, or PATH. Undefined where there is none. */
export function findPostgres(): string | undefined {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  return [
    ...(process.env.PG_BIN ? [process.env.PG_BIN] : []),
    ...versions.map((version) => join(debian, version, 'bin')),
    ...(process.env.PATH ?? '').split(delimiter),
  ].find((dir) => existsSync(join(dir, 'initdb')));
}

/** Runs until the process $1 has ended: the workers of vitest come and go, their parent stays. */
const KEEPER = `
  # Another user's process cannot be signalled, and is alive for all that.
  alive() { local said; said=$(LC_ALL=C kill -0 "$1" 2>&1) || [[ $said != *"No such process"* ]]; }
  "$3/initdb" -D "$2/data" -U postgres -A trust --no-sync >"$2/log" 2>&1 || exit 1
  "$3/postgres" -D "$2/data" -p "$4" -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off \
    -c max_connections=100 >>"$2/log" 2>&1 &
  while alive "$1" && alive $!; do sleep 0.3; done
  kill -QUIT $! 2>/dev/null; wait $!; rm -rf "$2"
`;

let cluster: Promise<Cluster> | undefined;

/** One cluster for all workers of a vitest run, started by whichever asks first. */
export function postgresCluster(bin: string): Promise<Cluster> {
  cluster ??= startOrJoin(bin, join(tmpdir(), `laskobot-test-${process.ppid}`));
  return cluster;
}

async function startOrJoin(bin: string, dir: string): Promise<Cluster> {
  const first = await mkdir(dir).then(
    () => true,
    () => false,
  );
  if (first) await startCluster(bin, dir, process.ppid);
  for (let tries = 0; !existsSync(join(dir, 'port')); tries++) {
    if (tries > 600) throw new Error(`no Postgres came up in ${dir}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return clusterAt(Number(await readFile(join(dir, 'port'), 'utf8')));
}

/** Starts a cluster in `dir` that ends, and removes it, with the process `keepFor`; answers its keeper. */
async function startCluster(bin: string, dir: string, keepFor: number): Promise<ChildProcess> {
  const port = await freePort();
  // initdb refuses to run as root.
  const owner = process.getuid?.() === 0 ? postgresUser() : undefined;
  if (owner) chownSync(dir, owner.uid, owner.gid);
  const keeper = spawn('bash', ['-c', KEEPER, 'keeper', String(keepFor), dir, bin, String(port)], {
    detached: true,
    stdio: 'ignore',
    ...owner,
  });
  keeper.unref();
  const started = clusterAt(port);
  await execute(started.superuserUrl('postgres'), 'create role laskobot_login login createrole createdb', 300);
  await writeFile(join(dir, 'port.draft'), String(port));
  await rename(join(dir, 'port.draft'), join(dir, 'port'));
  return keeper;
}

/** Whom Postgres runs as where this process is root. */
export function postgresUser(): { uid: number; gid: number } {
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

const clusterAt = (port: number): Cluster => ({
  superuserUrl: (database) => `postgresql://postgres@127.0.0.1:${port}/${database}`,
  loginUrl: (database) => `postgresql://laskobot_login@127.0.0.1:${port}/${database}`,
});

/** Runs SQL over a connection of its own, tried again while the server is starting. */
export async function execute(url: string, sql: string, tries = 1): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    await client.query(sql);
  } catch (error) {
    if (tries <= 1) throw error;
    await new Promise((resolve) => setTimeout(resolve, 100));
    await execute(url, sql, tries - 1);
  } finally {
    await client.end().catch(() => {});
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}

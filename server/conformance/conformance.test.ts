import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createBuilder } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Db } from '../db/db.ts';
import { migrate } from '../db/migrate.ts';
import { openPglite } from '../db/pglite.ts';
import { createDatabase, describePostgres, openTestPostgres } from '../testing/databases.ts';
import { aCall, aPage } from '../testing/items.ts';
import { describeWith } from '../testing/needs.ts';
import { describePgBouncer, startPgBouncer } from '../testing/pgbouncer.ts';
import { freePort } from '../testing/postgres_cluster.ts';
import { describeRedis, startRedis } from '../testing/redis.ts';
import { emptyDir } from '../testing/server_process.ts';
import { createProject } from '../testing/test_app.ts';
import { capnp, HARNESS } from './capnp.ts';
import { conformance } from './conformance.ts';
import { gracefulStop } from './graceful_stop.ts';
import { type Launched, launch } from './launch.ts';
import { areInstallable, provideRuntimes, type Runtime } from './provide_runtimes.ts';
import type { Target } from './target.ts';

/** Inside the repository, so that packages are found; its own, so that no other test is in the way. */
const dist = resolve(`dist/conformance-${process.pid}`);
const runtimes = await provideRuntimes();
const folders: string[] = [];
const folder = async (): Promise<string> => {
  const dir = await emptyDir();
  folders.push(dir);
  return dir;
};

beforeAll(async () => {
  const build = { build: { outDir: dist } };
  const environments = { server: build, worker: build, edge: build };
  await (await createBuilder({ mode: 'server', logLevel: 'error', environments })).buildApp();
});
afterAll(() => Promise.all([dist, ...folders].map((dir) => rm(dir, { recursive: true, force: true }))));

type Keys = Omit<Target, 'url' | 'stop'>;

async function twoProjects(db: Db): Promise<Keys> {
  await migrate(db);
  const [one, other] = [await createProject(db), await createProject(db)];
  await db.close();
  return { ...one, otherSecret: other.secret };
}

async function onPostgres(bin: string): Promise<Keys & { readonly databaseUrl: string }> {
  const { url } = await createDatabase(bin);
  return { ...(await twoProjects(openTestPostgres(url))), databaseUrl: url };
}

type Env = Readonly<Record<string, string>>;

/** Starts a server on a new database. */
const onFreshPostgres = (bin: string, start: (env: Env) => Promise<Launched>) => async (): Promise<Target> => {
  const { databaseUrl, ...keys } = await onPostgres(bin);
  return { ...keys, ...(await start({ DATABASE_URL: databaseUrl, DATA_DIR: await folder() })) };
};

/** One of the entries that have a process and a folder of their own. */
async function serve(program: string, args: readonly string[], env: Env): Promise<Launched> {
  const port = await freePort();
  return launch(program, args, port, { PORT: String(port), JOBS: 'off', LOG_LEVEL: 'error', ...env });
}

const nodeServer = (env: Env, program = process.execPath) => serve(program, [join(dist, 'cli.js'), 'start'], env);

function describeRuntime(runtime: Runtime, name: string, suite: (program: string, bin: string) => void): void {
  const withIt = (program: string) => describePostgres('on Postgres', (bin) => suite(program, bin));
  if (areInstallable) describeWith(runtimes[runtime], runtime, name, withIt);
  else describe.skip(`${name}: npm has none for this machine`, () => test('needs it', () => {}));
}

describe(`Node ${process.versions.node}`, () => {
  describePostgres('on Postgres', (bin) => {
    const start = onFreshPostgres(bin, nodeServer);
    conformance(start);
    gracefulStop(start);
  });

  describe('on the embedded database', () => {
    conformance(async () => {
      const dataDir = await folder();
      const keys = await twoProjects(await openPglite(dataDir));
      return { ...keys, ...(await nodeServer({ DATA_DIR: dataDir })) };
    });
  });

  describePgBouncer('behind PgBouncer in transaction mode', (program) => {
    describePostgres('on Postgres', (bin) => {
      conformance(async () => {
        const { databaseUrl, ...keys } = await onPostgres(bin);
        const bouncer = await startPgBouncer(program, databaseUrl);
        const server = await nodeServer({ DATABASE_URL: bouncer.url, DATA_DIR: await folder() });
        const stop = async () => {
          const code = await server.stop();
          await bouncer.stop();
          return code;
        };
        return { ...keys, ...server, stop };
      });
    });
  });
});

/** The runtimes that have a process of ours, and how each is started. */
const PROCESSES = {
  node24: (program: string) => (env: Env) => nodeServer(env, program),
  bun: (program: string) => (env: Env) => serve(program, [join(dist, 'bun.js')], env),
  deno: (program: string) => (env: Env) => serve(program, ['run', '-A', join(dist, 'deno.js')], env),
};

for (const runtime of ['node24', 'bun', 'deno'] as const) {
  describeRuntime(runtime, runtime, (program, bin) => {
    const launchWith = PROCESSES[runtime](program);
    const start = onFreshPostgres(bin, launchWith);
    conformance(start);
    gracefulStop(start);

    describeRedis('with Redis', (redis) => {
      test('remembers lookups and counts requests there', async () => {
        const port = await freePort();
        const { kill } = await startRedis(redis, port);
        const t = await onFreshPostgres(bin, (env) =>
          launchWith({ ...env, REDIS_URL: `redis://127.0.0.1:${port}`, RATE_LIMIT: '60', HINT_CACHE_MS: '0' }),
        )();
        const send = (path: string, body: unknown) =>
          fetch(`${t.url}${path}`, {
            method: 'POST',
            headers: { authorization: `Bearer ${t.secret}` },
            body: JSON.stringify(body),
          });
        const page = aPage('');
        expect((await send('/v1/ingest', { items: [aCall({ page_signature: page })] })).status).toBe(200);
        const { dom_fingerprint_hash: dom_top_signature } = page;
        const ask = () => send('/hints/lookup', { url: page.url_norm, dom_top_signature, trace: true });
        const hitOf = async (answer: Response) => {
          const { trace } = (await answer.json()) as { trace?: { step: string; detail: { hit?: string } }[] };
          return trace?.find(({ step }) => step === 'cache')?.detail.hit;
        };
        // A server that is still connecting to Redis, or too busy to wait for it, does without.
        let hit: string | undefined;
        for (let tries = 0; hit !== 'redis' && tries < 50; tries++) {
          hit = await hitOf(await ask());
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
        expect(hit).toBe('redis');
        let status = 200;
        for (let tries = 0; status === 200 && tries < 200; tries++) status = (await ask()).status;
        expect(status).toBe(429);
        expect(await t.stop()).toBe(0);
        await kill('SIGKILL');
      });
    });
  });
}

/** Hosts without a folder keep artifacts in Supabase; here a server of ours stands in, which speaks its protocol. */
async function withStorage(
  bin: string,
  start: (databaseUrl: string, env: Env) => Promise<Launched>,
): Promise<Target & { readonly databaseUrl: string }> {
  const { databaseUrl, ...keys } = await onPostgres(bin);
  const storage = await nodeServer({ DATABASE_URL: databaseUrl, DATA_DIR: await folder() });
  const server = await start(databaseUrl, { SUPABASE_URL: storage.url, SUPABASE_SECRET_KEY: keys.secret });
  const stop = async () => {
    const code = await server.stop();
    await storage.stop();
    return code;
  };
  return { ...keys, ...server, stop, databaseUrl };
}

describeRuntime('deno', 'a Supabase Edge Function, on Deno', (program, bin) => {
  conformance(() =>
    withStorage(bin, async (databaseUrl, env) => {
      // Deno.serve takes its address from the environment where the code gives none, as in the Edge Runtime.
      const port = await freePort();
      const address = { DENO_SERVE_ADDRESS: `tcp:127.0.0.1:${port}` };
      return launch(program, ['run', '-A', join(dist, 'edge.js')], port, {
        ...env,
        ...address,
        SUPABASE_DB_URL: databaseUrl,
      });
    }),
  );
});

describeRuntime('workerd', 'a Cloudflare Worker, on workerd', (program, bin) => {
  let target: Target & { readonly databaseUrl: string };
  conformance(async () => {
    target = await withStorage(bin, async (databaseUrl, vars) => {
      const port = await freePort();
      await mkdir(dist, { recursive: true });
      await writeFile(join(dist, 'harness.js'), HARNESS);
      await writeFile(join(dist, 'config.capnp'), capnp({ port, databaseUrl, vars: { ...vars, LOG_LEVEL: 'error' } }));
      return launch(program, ['serve', join(dist, 'config.capnp')], port, {});
    });
    return target;
  });

  test('its cron trigger runs the jobs', async () => {
    const db = openTestPostgres(target.databaseUrl);
    const runs = (after: string) =>
      db.tx('admin', (tx) =>
        tx.query<{ id: string; job: string }>('select id, job from job_runs where id > $1 order by id', [after]),
      );
    const before = (await runs('0')).at(-1)?.id ?? '0';
    expect(await (await fetch(`${target.url}/__scheduled`)).text()).toBe('done');
    const jobs = (await runs(before)).map(({ job }) => job);
    expect(jobs).toEqual(expect.arrayContaining(['partitions', 'aggregate']));
    await db.close();
  });
});

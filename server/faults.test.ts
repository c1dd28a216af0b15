import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { faultsOf, startLoad } from './testing/acknowledged.ts';
import { createDatabase, describePostgres, openTestPostgres } from './testing/databases.ts';
import { aCall, anElement, aPage } from './testing/items.ts';
import { type OwnPostgres, startOwnPostgres } from './testing/own_postgres.ts';
import { describePgBouncer, startPgBouncer } from './testing/pgbouncer.ts';
import { freePort } from './testing/postgres_cluster.ts';
import { buildCli, emptyDir, printedKey, type ServerProcess, startServer } from './testing/server_process.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describePostgres('faults', (bin) => {
  let cli: string;
  let postgres: OwnPostgres;
  let dataDir: string;
  const running: ServerProcess[] = [];
  beforeAll(async () => {
    cli = await buildCli('dist/server-faults');
    // Commits are durable: what was acknowledged must outlive the kill.
    postgres = await startOwnPostgres(bin);
  });
  afterAll(async () => {
    await postgres.close();
    await rm(dirname(cli), { recursive: true, force: true });
  });
  beforeEach(async () => {
    dataDir = await emptyDir();
  });
  afterEach(async () => {
    for (const { child, ended } of running.splice(0)) {
      child.kill('SIGKILL');
      await ended;
    }
    await rm(dataDir, { recursive: true });
  });
  const start = async (env: Record<string, string> = {}) => {
    const server = await startServer(cli, dataDir, { DATABASE_URL: postgres.url, LOG_LEVEL: 'silent', ...env });
    running.push(server);
    return server;
  };
  let secret: string | undefined;
  const keyOf = (server: ServerProcess): string => {
    secret ??= printedKey(server.output(), 'secret');
    return secret;
  };
  /** When a share of the load is acknowledged, so that the fault comes in the middle of it. */
  const underWay = async (load: ReturnType<typeof startLoad>, share: number) => {
    while (load.acknowledged() < load.batches.length * share) await sleep(5);
    expect(load.acknowledged()).toBeLessThan(load.batches.length);
  };

  test('Postgres killed and started again during ingest', async () => {
    const server = await start();
    const load = startLoad(() => server.url, keyOf(server), 150);
    for (const share of [0.2, 0.5]) {
      await underWay(load, share);
      await postgres.kill();
      await sleep(300);
      await postgres.start();
    }
    await load.finish();
    expect(await faultsOf(postgres.superuserUrl, load.batches)).toEqual([]);
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  });

  describePgBouncer('behind PgBouncer in transaction mode', (program) => {
    test('it is killed and started again', async () => {
      const pgbouncer = await startPgBouncer(program, `postgresql://laskobot_login@127.0.0.1:${postgres.port}/runs`);
      try {
        const server = await start({ DATABASE_URL: pgbouncer.url });
        const load = startLoad(() => server.url, keyOf(server), 150);
        for (const share of [0.2, 0.5]) {
          await underWay(load, share);
          await pgbouncer.stop();
          await sleep(200);
          await pgbouncer.start();
        }
        await load.finish();
        expect(await faultsOf(postgres.superuserUrl, load.batches)).toEqual([]);
      } finally {
        await pgbouncer.stop();
      }
    });
  });

  test('the server killed at random points under load', async () => {
    const port = String(await freePort());
    let server = await start({ PORT: port });
    const load = startLoad(() => server.url, keyOf(server), 250);
    for (let kill = 0; kill < 4; kill++) {
      const ms = Math.round(Math.random() * 250);
      console.log(`killed after ${ms} ms`);
      await sleep(ms);
      server.child.kill('SIGKILL');
      await server.ended;
      // Whatever was acknowledged is there already, and nothing in part.
      expect(
        await faultsOf(
          postgres.superuserUrl,
          load.batches.filter((batch) => batch.acknowledged),
        ),
      ).toEqual([]);
      server = await start({ PORT: port });
    }
    await load.finish();
    expect(await faultsOf(postgres.superuserUrl, load.batches)).toEqual([]);
  });

  test('two servers that both run jobs: each job once at a time, and nothing is counted twice', async () => {
    const { url } = await createDatabase(bin);
    const servers = await Promise.all(
      ['a', 'b'].map(async (name) => {
        const server = await startServer(cli, join(dataDir, name), {
          DATABASE_URL: url,
          JOBS: 'timer',
          LOG_LEVEL: 'silent',
        });
        running.push(server);
        return server;
      }),
    );
    const key = printedKey(servers.map((server) => server.output()).join(), 'secret');
    const post = (server: ServerProcess | undefined, path: string, body?: unknown) =>
      fetch(`${server?.url}${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}` },
        ...(body ? { body: JSON.stringify(body) } : {}),
      }).then((response) => response.json());
    const started_at = new Date().toISOString();
    const items = Array.from({ length: 100 }, (_, seq) =>
      aCall({ seq, started_at, success: true, page_signature: aPage('jobs'), element_signatures: [anElement()] }),
    );
    await Promise.all(servers.map((server) => post(server, '/v1/ingest', { items })));
    const jobs = ['aggregate', 'recipes', 'partitions', 'retention', 'verify_artifacts', 'erase', 'orphan_uploads'];
    const db = openTestPostgres(url);
    const counted = () =>
      db.tx('admin', (tx) =>
        tx.query<{ n: number }>('select coalesce(sum(success_ct), 0)::int as n from hint_stats where scope = $1', [
          'element',
        ]),
      );
    for (let tries = 0; tries < 50 && (await counted())[0]?.n !== 100; tries++) {
      await Promise.all(jobs.flatMap((job) => servers.map((server) => post(server, `/internal/jobs/${job}`))));
    }
    expect(await counted()).toEqual([{ n: 100 }]);
    const overlapping = await db.tx('admin', (tx) =>
      tx.query(`select a.job from job_runs a join job_runs b on a.job = b.job and a.id < b.id
        and a.started_at < b.ended_at and b.started_at < a.ended_at`),
    );
    const outcomesNow = () =>
      db.tx('admin', (tx) => tx.query('select distinct outcome from job_runs order by outcome'));
    let outcomes = await outcomesNow();
    // The timers of the servers go on.
    for (let tries = 0; tries < 100 && outcomes.length > 1; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      outcomes = await outcomesNow();
    }
    await db.close();
    expect(overlapping).toEqual([]);
    expect(outcomes).toEqual([{ outcome: 'succeeded' }]);
  });

  test('the server killed while it erases: the next one goes on, and the receipt counts all', async () => {
    const { url } = await createDatabase(bin);
    const db = openTestPostgres(url);
    const begin = () => start({ DATABASE_URL: url });
    let server = await begin();
    const key = printedKey(server.output(), 'secret');
    const ask = (method: string, path: string, body?: unknown) =>
      fetch(`${server.url}${path}`, {
        method,
        headers: { authorization: `Bearer ${key}` },
        ...(body ? { body: JSON.stringify(body) } : {}),
      }).then((response) => response.json());
    const context = { run_id: uuidv7(), session_id: 's1' };
    await ask('POST', '/v1/ingest', { items: [aCall({ context })] });
    const calls = 60_000;
    await db.tx('admin', (tx) =>
      tx.query(
        `with calls as (
           insert into tool_calls (project_id, run_id, seq, event_uuid, tool_name, started_at)
           select project_id, $1, n, gen_random_uuid(), 'click', now() from projects, generate_series(2, ${calls}) n
           returning *
         )
         insert into tool_call_ledger (project_id, run_id, event_uuid, seq, call_id, started_at)
         select project_id, run_id, event_uuid, seq, call_id, started_at from calls`,
        [context.run_id],
      ),
    );
    const { erase_id } = await ask('POST', '/v1/erase', { session_id: 's1' });
    const job = ask('POST', '/internal/jobs/erase').catch(() => 'cut');
    const receipt = () => ask('GET', `/v1/erase/${erase_id}`);
    let before = await receipt();
    while (!before.rows.tool_calls) before = await receipt();
    server.child.kill('SIGKILL');
    expect([await server.ended, await job]).toEqual(['SIGKILL', 'cut']);

    server = await begin();
    before = await receipt();
    expect(before).toMatchObject({ status: 'running', finished_at: null });
    expect(before.rows.tool_calls).toBeLessThan(calls);
    // The lease of the killed one stands for a minute.
    expect(await ask('POST', '/internal/jobs/erase')).toMatchObject({ outcome: 'busy' });
    await db.tx('admin', (tx) => tx.query('update job_leases set leased_until = now()'));
    const { outcome, detail } = await ask('POST', '/internal/jobs/erase');
    expect([outcome, detail.tool_calls + before.rows.tool_calls]).toEqual(['succeeded', calls]);
    expect(await receipt()).toMatchObject({ status: 'finished', rows: { tool_calls: calls, runs: 1, sessions: 1 } });
    const left = await db.tx('admin', (tx) =>
      tx.query(`select (select count(*)::int from tool_calls) as calls, (select count(*)::int from tool_call_ledger) as ledger,
        (select count(*)::int from runs) as runs, (select count(*)::int from erase_work) as work`),
    );
    const runs = await db.tx('admin', (tx) =>
      tx.query(`select outcome, error from job_runs where job = 'erase' order by id`),
    );
    await db.close();
    expect(left).toEqual([{ calls: 0, ledger: 0, runs: 0, work: 0 }]);
    expect(runs).toEqual([
      { outcome: 'failed', error: 'lost' },
      { outcome: 'succeeded', error: null },
    ]);
  });
});

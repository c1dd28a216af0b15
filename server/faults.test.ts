import { spawn } from 'node:child_process';
import { readdir, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { migrate } from './db/migrate.ts';
import { createRetentionJob } from './jobs/retention.ts';
import { createJobRunner } from './jobs/runner.ts';
import { sha256Hex } from './sha256.ts';
import { openSupabaseStorage } from './storage/supabase.ts';
import { storedInSupabase } from './storage/supabase_blobs.ts';
import { faultsOf, startLoad } from './testing/acknowledged.ts';
import { createDatabase, describePostgres, openTestPostgres, SILENT } from './testing/databases.ts';
import { aCall, anElement, aPage } from './testing/items.ts';
import { type OwnPostgres, startOwnPostgres } from './testing/own_postgres.ts';
import { describePgBouncer, startPgBouncer } from './testing/pgbouncer.ts';
import { freePort } from './testing/postgres_cluster.ts';
import { buildCli, emptyDir, printedKey, type ServerProcess, startServer } from './testing/server_process.ts';
import { testApp } from './testing/test_app.ts';

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
    const jobs = ['aggregate', 'partitions', 'retention', 'verify_artifacts', 'orphan_uploads'];
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
    const outcomes = await db.tx('admin', (tx) => tx.query('select distinct outcome from job_runs'));
    await db.close();
    expect(overlapping).toEqual([]);
    expect(outcomes).toEqual([{ outcome: 'succeeded' }]);
  });

  test('a full disk refuses uploads, leaves nothing of them, and stops nothing else', async () => {
    const port = String(await freePort());
    // A file-size limit of 64 KB stands for the disk; without the trap the signal would end the process.
    const limited = `trap '' XFSZ; ulimit -f 64; exec "${process.execPath}" ${cli} start`;
    const env = {
      PATH: process.env.PATH,
      DATABASE_URL: postgres.url,
      DATA_DIR: dataDir,
      PORT: port,
      JOBS: 'off',
      LOG_LEVEL: 'silent',
    };
    const child = spawn('bash', ['-c', limited], { env, stdio: 'ignore' });
    const ended = new Promise<string>((resolve) => child.once('close', () => resolve('')));
    const url = `http://127.0.0.1:${port}`;
    running.push({ url, child, ended, output: () => '' });
    for (let tries = 0; tries < 200 && !(await fetch(`${url}/readyz`).catch(() => undefined))?.ok; tries++)
      await sleep(50);
    const headers = { authorization: `Bearer ${secret}` };
    const upload = async (text: string) => {
      const artifacts = [{ type: 'dom', content_hash: await sha256Hex(text), size: text.length, ext: 'html' }];
      const signed = await fetch(`${url}/v1/artifacts/sign`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ artifacts }),
      });
      const [{ bucket, path, token }] = (await signed.json()).artifacts;
      const put = `${url}/storage/v1/object/upload/sign/${bucket}/${path}?token=${token}`;
      return fetch(put, { method: 'PUT', body: text });
    };
    const refused = await upload('x'.repeat(200_000));
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await readdir(join(dataDir, 'storage/.drafts'))).toEqual([]);
    expect((await upload('x'.repeat(1000))).status).toBe(200);
    const load = startLoad(() => url, secret ?? '', 5);
    await load.finish();
    expect(await faultsOf(postgres.superuserUrl, load.batches)).toEqual([]);
  });
});

describePostgres('a clock a day ahead', (bin) => {
  test('on one of two servers: both store what is told, once, and agree on leases', async () => {
    const db = openTestPostgres((await createDatabase(bin)).url);
    await migrate(db);
    const right = await testApp(db, { now: Date.now });
    const ahead = await testApp(db, { now: () => Date.now() + 24 * 3600 * 1000 });
    const at = (ms: number) => aCall({ started_at: new Date(Date.now() + ms).toISOString() });
    // A client's clock may be wrong as well: a day is let pass, two more are not.
    const items = [at(0), at(24 * 3600 * 1000), at(-24 * 3600 * 1000)];
    const first = await ahead.send('POST', '/v1/ingest', { items }, right.secret);
    const second = await right.send('POST', '/v1/ingest', { items });
    expect([first.body.accepted, second.body.duplicate]).toEqual([3, 3]);
    const late = await right.send('POST', '/v1/ingest', { items: [at(72 * 3600 * 1000)] });
    expect(late.body).toMatchObject({ accepted: 0, results: [{ code: 'out_of_range' }] });
    const jobs = await Promise.all([right, ahead].map((t) => t.send('POST', '/internal/jobs/partitions')));
    for (const { body } of jobs) expect(['succeeded', 'busy']).toContain(body.outcome);
    await db.close();
  });
});

describePostgres('a storage that refuses, then hangs', (bin) => {
  let answer: 'refuses' | 'hangs' | 'serves' = 'refuses';
  let stub: Server;
  let url: string;
  beforeAll(async () => {
    stub = createServer((request, response) => {
      request.resume();
      if (answer === 'hangs') return;
      response.statusCode = answer === 'serves' ? 200 : 500;
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(answer === 'serves' ? { Key: 'x', Id: 'x', url: '/x?token=t' } : { message: 'no' }));
    });
    const port = await freePort();
    await new Promise<void>((resolve) => {
      stub.listen(port, '127.0.0.1', resolve);
    });
    url = `http://127.0.0.1:${port}`;
  });
  afterAll(() => {
    stub.closeAllConnections();
    stub.close();
  });

  test('costs no event: signing is 503, calls are stored, archives wait', async () => {
    const db = openTestPostgres((await createDatabase(bin)).url);
    await migrate(db);
    const options = { url, secretKey: 'k', timeoutMs: 200 };
    const retention = createRetentionJob({
      storage: storedInSupabase(options),
      hotDays: 30,
      quarantineDays: 0,
      now: Date.now,
    });
    const jobs = createJobRunner({ db, log: SILENT, jobs: [retention] });
    const { send } = await testApp(db, { storage: openSupabaseStorage(options), jobs, now: Date.now });
    const artifacts = [{ type: 'dom', content_hash: 'a'.repeat(64), size: 1, ext: 'html' }];
    const count = () =>
      db.tx('admin', (tx) =>
        tx.query(`select (select count(*)::int from tool_calls) as hot,
        (select coalesce(sum(row_ct), 0)::int from archives) as archived`),
      );
    for (const [at, fault] of (['refuses', 'hangs'] as const).entries()) {
      answer = fault;
      const signed = await send('POST', '/v1/artifacts/sign', { artifacts });
      expect([fault, signed.status, signed.headers.get('retry-after')]).toEqual([fault, 503, '5']);
      const call = aCall({ started_at: '2025-01-10T00:00:00Z' });
      expect((await send('POST', '/v1/ingest', { items: [call] })).body.accepted).toBe(1);
      expect((await send('POST', '/internal/jobs/retention')).body.outcome).toBe('failed');
      expect(await count()).toEqual([{ hot: at + 1, archived: 0 }]);
    }
    answer = 'serves';
    expect((await send('POST', '/v1/artifacts/sign', { artifacts })).body.artifacts[0].status).toBe('upload');
    expect((await send('POST', '/internal/jobs/retention')).body.outcome).toBe('succeeded');
    expect(await count()).toEqual([{ hot: 0, archived: 2 }]);
    await db.close();
  });
});

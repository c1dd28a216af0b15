import { spawn } from 'node:child_process';
import { readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { Db } from './db/db.ts';
import { sha256Hex } from './sha256.ts';
import { createDatabase, describePostgres, openTestPostgres } from './testing/databases.ts';
import { describeFaketime, wrongClock } from './testing/faketime.ts';
import { aCall } from './testing/items.ts';
import { freePort } from './testing/postgres_cluster.ts';
import { buildCli, emptyDir, printedKey, type ServerProcess, startServer } from './testing/server_process.ts';
import { mountSmallDisk } from './testing/small_disk.ts';
import { type SupabaseStorage, startSupabaseStorage } from './testing/supabase_storage.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const DAY_MS = 24 * 3600 * 1000;

describePostgres('faults of storage and clock', (bin) => {
  let cli: string;
  let dataDir: string;
  let databaseUrl: string;
  let db: Db;
  let key: string;
  const undo: (() => unknown)[] = [];
  beforeAll(async () => {
    cli = await buildCli('dist/server-faults-storage');
  });
  afterAll(() => rm(dirname(cli), { recursive: true, force: true }));
  beforeEach(async () => {
    dataDir = await emptyDir();
    databaseUrl = (await createDatabase(bin)).url;
    db = openTestPostgres(databaseUrl);
  });
  afterEach(async () => {
    await db.close();
    for (const each of undo.splice(0).reverse()) await each();
    await rm(dataDir, { recursive: true });
  });
  const stopped = (server: ServerProcess): ServerProcess => {
    undo.push(() => {
      server.child.kill('SIGKILL');
      return server.ended;
    });
    return server;
  };
  const start = async (env: Record<string, string> = {}) => {
    const server = stopped(await startServer(cli, dataDir, { DATABASE_URL: databaseUrl, LOG_LEVEL: 'silent', ...env }));
    if (server.output().includes('lb_secret_')) key = printedKey(server.output(), 'secret');
    return server;
  };
  const post = async (server: Pick<ServerProcess, 'url'>, path: string, body?: unknown) => {
    const response = await fetch(`${server.url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const retryAfter = response.headers.get('retry-after');
    return { status: response.status, retryAfter, date: response.headers.get('date'), body: await response.json() };
  };
  const sign = async (server: Pick<ServerProcess, 'url'>, text: string) =>
    post(server, '/v1/artifacts/sign', {
      artifacts: [{ type: 'dom', content_hash: sha256Hex(text), size: text.length, ext: 'html' }],
    });
  const upload = async (server: Pick<ServerProcess, 'url'>, text: string) => {
    const [{ bucket, path, token }] = (await sign(server, text)).body.artifacts;
    const put = `${server.url}/storage/v1/object/upload/sign/${bucket}/${path}?token=${token}`;
    return fetch(put, { method: 'PUT', body: text });
  };
  const ingest = (server: Pick<ServerProcess, 'url'>, ...started: number[]) =>
    post(server, '/v1/ingest', { items: started.map((at) => aCall({ started_at: new Date(at).toISOString() })) });

  /** A server that cannot write files of more than 64 KB, which stands for a full disk where none can be mounted. */
  async function startLimited(): Promise<Pick<ServerProcess, 'url'>> {
    const PORT = String(await freePort());
    // Without the trap the signal would end the process.
    const limited = `trap '' XFSZ; ulimit -f 64; exec "${process.execPath}" ${cli} start`;
    const env = { PATH: process.env.PATH, DATABASE_URL: databaseUrl, DATA_DIR: dataDir, PORT, JOBS: 'off' };
    const child = spawn('bash', ['-c', limited], { env, stdio: 'ignore' });
    const url = `http://127.0.0.1:${PORT}`;
    stopped({ url, child, output: () => '', ended: new Promise((resolve) => child.once('close', () => resolve(''))) });
    for (let tries = 0; tries < 400 && !(await fetch(`${url}/readyz`).catch(() => undefined))?.ok; tries++)
      await new Promise((resolve) => setTimeout(resolve, 50));
    return { url };
  }

  test('a full disk refuses uploads, leaves nothing of them, and stops nothing else', async () => {
    // Makes the project and its key.
    const first = await start();
    first.child.kill('SIGKILL');
    await first.ended;
    const unmount = mountSmallDisk(dataDir, 128);
    if (unmount) undo.push(unmount);
    else console.warn('SKIPPED, no right to mount: a disk that is full; a limit on the size of files stands for it');
    const server = unmount ? await start() : await startLimited();
    for (let tries = 0; tries < 2; tries++) {
      const refused = await upload(server, `${tries}${'x'.repeat(200_000)}`);
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
      expect(await readdir(join(dataDir, 'storage/.drafts'))).toEqual([]);
    }
    expect((await upload(server, 'x'.repeat(1000))).status).toBe(200);
    expect((await ingest(server, Date.now())).body.accepted).toBe(1);
  });

  test('a storage that refuses, then hangs, costs no event: signing is 503, calls are stored, archives wait', async () => {
    const storage: SupabaseStorage = await startSupabaseStorage();
    undo.push(() => storage.close());
    storage.behave('refuses');
    const server = await start({ SUPABASE_URL: storage.url, SUPABASE_SECRET_KEY: 'k', RETENTION_DAYS: '30' });
    const count = () =>
      db.tx('admin', (tx) =>
        tx.query(`select (select count(*)::int from tool_calls) as hot,
          (select coalesce(sum(row_ct), 0)::int from archives) as archived`),
      );
    for (const [at, fault] of (['refuses', 'hangs'] as const).entries()) {
      storage.behave(fault);
      expect((await ingest(server, Date.UTC(2025, 0, 10))).body.accepted).toBe(1);
      const [signed, retention] = await Promise.all([sign(server, 'x'), post(server, '/internal/jobs/retention')]);
      expect([fault, signed.status, signed.retryAfter]).toEqual([fault, 503, '5']);
      expect([fault, retention.status, retention.body.outcome]).toEqual([fault, 500, 'failed']);
      expect(await count()).toEqual([{ hot: at + 1, archived: 0 }]);
    }
    storage.behave('serves');
    expect((await sign(server, 'x')).body.artifacts[0].status).toBe('upload');
    expect((await post(server, '/internal/jobs/retention')).body.outcome).toBe('succeeded');
    expect(await count()).toEqual([{ hot: 0, archived: 2 }]);
    expect(storage.paths()).toEqual([expect.stringMatching(/^logs\/[0-9a-f-]{36}\/archive\/202501-00001-/)]);
  });

  describeFaketime('a clock a day ahead', (library) => {
    test('on one of two servers: both store what is told, once, agree on leases, and nothing is removed too early', async () => {
      const right = await start();
      const ahead = await start(wrongClock(library, '+1d'));
      const now = Date.now();
      // A client's clock may be wrong as well: a day is let pass, two more are not.
      const items = [now, now + DAY_MS, now - DAY_MS].map((at) => aCall({ started_at: new Date(at).toISOString() }));
      const first = await post(ahead, '/v1/ingest', { items });
      expect(Date.parse(first.date ?? '') - now).toBeGreaterThan(0.9 * DAY_MS);
      const second = await post(right, '/v1/ingest', { items });
      expect([first.body.accepted, second.body.duplicate]).toEqual([3, 3]);
      const late = await ingest(right, now + 3 * DAY_MS);
      expect(late.body).toMatchObject({ accepted: 0, results: [{ code: 'out_of_range' }] });

      expect((await upload(right, 'not named yet')).status).toBe(200);
      const expires = { kind: 'session', session_id: 's', started_at: new Date(now).toISOString() };
      const ttl_expires_at = new Date(now + DAY_MS / 2).toISOString();
      expect((await post(right, '/v1/ingest', { items: [{ ...expires, ttl_expires_at }] })).body.accepted).toBe(1);
      for (const job of ['partitions', 'orphan_uploads', 'retention']) {
        const jobs = await Promise.all([right, ahead].map((server) => post(server, `/internal/jobs/${job}`)));
        for (const { body } of jobs) expect(['succeeded', 'busy']).toContain(body.outcome);
        // Whoever was first: the other one alone.
        expect((await post(ahead, `/internal/jobs/${job}`)).body.outcome).toBe('succeeded');
      }
      expect(await db.tx('admin', (tx) => tx.query('select session_id from sessions'))).toEqual([{ session_id: 's' }]);
      const folder = (await readdir(join(dataDir, 'storage/dom'), { recursive: true })).filter((name) =>
        name.endsWith('.html'),
      );
      expect(folder).toHaveLength(1);
    });
  });
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Db, DbUnavailable } from './db/db.ts';
import { isMigrated, migrate } from './db/migrate.ts';
import { openPostgres } from './db/postgres.ts';
import { createDatabase, describePostgres, openTestPostgres, SILENT } from './testing/databases.ts';
import { aCall } from './testing/items.ts';
import { openTestPglite } from './testing/pglite.ts';
import { execute } from './testing/postgres_cluster.ts';
import { type TestApp, testApp } from './testing/test_app.ts';

describe('createApp', () => {
  let db: Db;
  let t: TestApp;
  beforeAll(async () => {
    db = await openTestPglite();
    t = await testApp(db, { allowedOrigins: ['https://app.example'] });
  });
  afterAll(() => db.close());

  test('answers JSON with a request id where there is no route', async () => {
    const { status, headers, body } = await t.send('GET', '/nothing');
    expect([status, body]).toEqual([
      404,
      { error: { code: 'not_found', message: 'no such route', request_id: headers.get('x-request-id') } },
    ]);
  });

  test('takes a sane request id from the client, and no other', async () => {
    const idFor = async (id: string) =>
      (await t.app.request('/healthz', { headers: { 'x-request-id': id } })).headers.get('x-request-id');
    expect(await idFor('trace-1')).toBe('trace-1');
    expect(await idFor('a b"c')).not.toBe('a b"c');
  });

  test.each([
    ['chrome-extension://abcdefghijklmnop', true],
    ['moz-extension://0b7d2f6e-0000-4000-8000-000000000000', true],
    ['https://app.example', true],
    ['https://evil.example', false],
    ['https://chrome-extension.evil.example', false],
    ['null', false],
  ])('lets scripts of %s read answers: %s', async (origin, allowed) => {
    for (const method of ['GET', 'OPTIONS']) {
      const { headers } = await t.app.request('/v1/project', { method, headers: { origin } });
      expect(headers.get('access-control-allow-origin')).toBe(allowed ? origin : null);
    }
  });

  test('lets an allowed origin send every header that a route reads, and read what says when to retry', async () => {
    const { status, headers } = await t.app.request('/v1/ingest', {
      method: 'OPTIONS',
      headers: { origin: 'https://app.example', 'access-control-request-method': 'POST' },
    });
    expect(status).toBe(204);
    const allowed = headers.get('access-control-allow-headers')?.split(',');
    for (const name of ['authorization', 'apikey', 'x-api-key', 'content-type', 'content-encoding', 'x-request-id'])
      expect(allowed).toContain(name);
    expect(headers.get('vary')?.toLowerCase()).toContain('origin');
    expect(headers.get('access-control-allow-credentials')).toBeNull();
    const answer = await t.app.request('/v1/project', { headers: { origin: 'https://app.example' } });
    expect(answer.headers.get('access-control-expose-headers')).toContain('retry-after');
  });

  test('sends security headers', async () => {
    const { headers } = await t.send('GET', '/healthz');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('SAMEORIGIN');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cache-control')).toBe('no-store');
  });

  test.each([{}, { origin: 'chrome-extension://abcdef' }])(
    'what is asked often has all of them too, with %j',
    async (sent) => {
      const ask = async (path: string, body?: string) => {
        const headers = { authorization: `Bearer ${t.secret}`, 'x-request-id': 'same', ...sent };
        const response = await t.app.request(
          path,
          body === undefined ? { headers } : { method: 'POST', headers, body },
        );
        expect(response.status).toBe(200);
        return [...response.headers].filter(([name]) => !['content-length', 'etag'].includes(name)).sort();
      };
      const usual = await ask('/v1/project');
      expect(usual).toContainEqual(['x-request-id', 'same']);
      expect(await ask('/hints/lookup', '{"url":"https://x.example/"}')).toEqual(usual);
    },
  );

  test('an error that nobody foresaw is 500 with its request id, logged without what was sent', async () => {
    const broken = await testApp(db, {
      jobs: {
        names: [],
        schedule: [],
        run: () => Promise.reject(new Error('holds secret-payload')),
        due: async () => [],
        stop: async () => {},
      },
    });
    const { status, body, headers } = await broken.send('POST', '/internal/jobs/x');
    expect([status, body.error.code]).toEqual([500, 'internal']);
    const line = broken.logged.find((each) => each.includes('request.failed'));
    expect(JSON.parse(line ?? '{}')).toMatchObject({ request_id: headers.get('x-request-id'), code: 'internal' });
    expect(line + JSON.stringify(body)).not.toContain('secret-payload');
  });

  test('a database without the whole schema is not ready', async () => {
    const bare = await openTestPglite();
    await bare.tx('admin', (tx) => tx.query(`delete from laskobot_migrations where name = '003_policies'`));
    const { send } = await testApp(bare);
    expect((await send('GET', '/healthz')).status).toBe(200);
    expect((await send('GET', '/readyz')).status).toBe(503);
    await bare.close();
  });
});

describePostgres('an outage of Postgres', (bin) => {
  test('a database without any schema is not ready', async () => {
    const db = openTestPostgres((await createDatabase(bin)).url);
    expect(await isMigrated(db)).toBe(false);
    await db.close();
  });

  test('is 503 with Retry-After, and over when the database is back', async () => {
    const { url, cluster, name } = await createDatabase(bin);
    const db = openTestPostgres(url);
    await migrate(db);
    const t = await testApp(db);
    const call = aCall();
    expect((await t.send('POST', '/v1/ingest', { items: [aCall()] })).body.accepted).toBe(1);

    const admin = cluster.superuserUrl('postgres');
    await execute(admin, `alter database ${name} allow_connections false`);
    await execute(admin, `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`);
    const away = await t.send('POST', '/v1/ingest', { items: [call] });
    expect([away.status, away.body.error.code, away.headers.get('retry-after')]).toEqual([503, 'unavailable', '5']);
    expect((await t.send('GET', '/readyz')).status).toBe(503);

    await execute(admin, `alter database ${name} allow_connections true`);
    const back = await t.send('POST', '/v1/ingest', { items: [call] });
    expect([back.status, back.body.accepted]).toEqual([200, 1]);
    await db.close();
  });

  test('a server that is not there is unavailable', async () => {
    const db = openPostgres({ url: 'postgresql://127.0.0.1:1/x', poolSize: 1, log: SILENT });
    await expect(db.tx('admin', async () => {})).rejects.toThrow(DbUnavailable);
    await db.close();
  });
});

import { beforeAll, expect, test } from 'vitest';
import { describeDatabases } from '../testing/databases.ts';
import { aCall } from '../testing/items.ts';
import { NOW, type TestApp, testApp } from '../testing/test_app.ts';
import { mintKey } from './key.ts';
import { listKeys, revokeKey } from './manage_keys.ts';

const SECRET_ROUTES = [
  ['POST', '/internal/ingest/tool_call'],
  ['POST', '/internal/jobs/aggregate'],
  ['GET', '/v1/runs/018f0000-0000-7000-8000-000000000000'],
] as const;
const ROUTES = [
  ...SECRET_ROUTES,
  ['POST', '/v1/ingest'],
  ['GET', '/v1/project'],
  ['POST', '/v1/artifacts/sign'],
  ['POST', '/hints/lookup'],
] as const;

describeDatabases('authentication', (db) => {
  let t: TestApp;
  let now = NOW;
  beforeAll(async () => {
    t = await testApp(db(), { now: () => now });
  });

  test.each(ROUTES)('%s %s refuses a missing and a wrong key', async (method, path) => {
    const body = method === 'POST' ? {} : undefined;
    const missing = await t.send(method, path, body, null);
    expect([missing.status, missing.body.error.code]).toEqual([401, 'missing_key']);
    for (const key of ['nonsense', `${t.secret}x`, mintKey('secret').key]) {
      const wrong = await t.send(method, path, body, key);
      expect([wrong.status, wrong.body.error.code]).toEqual([401, 'invalid_key']);
    }
  });

  test.each(SECRET_ROUTES)('%s %s refuses a publishable key', async (method, path) => {
    const { status, body } = await t.send(method, path, method === 'POST' ? {} : undefined, t.publishable);
    expect([status, body.error.code]).toEqual([403, 'forbidden']);
  });

  test('takes a key from any of three headers', async () => {
    for (const headers of [{ authorization: `bearer ${t.secret}` }, { apikey: t.secret }, { 'x-api-key': t.secret }]) {
      expect((await t.app.request('/v1/project', { headers })).status).toBe(200);
    }
  });

  test('a revoked key works no longer than five seconds', async () => {
    const own = await testApp(db(), { now: () => now });
    expect((await own.send('GET', '/v1/project')).status).toBe(200);
    await revokeKey(db(), own.secret.slice(0, 'lb_secret_'.length + 6));
    now += 5_001;
    const { status, body } = await own.send('GET', '/v1/project');
    expect([status, body.error.code]).toEqual([401, 'revoked_key']);
  });

  test('a key sees its own project only', async () => {
    const other = await testApp(db());
    const call = aCall({ context: { run_id: '018f0000-0000-7000-8000-00000000000a' } });
    await t.send('POST', '/v1/ingest', { items: [call] });
    expect((await other.send('GET', '/v1/runs/018f0000-0000-7000-8000-00000000000a')).status).toBe(404);
    expect((await other.send('GET', '/v1/project')).body.project_id).toBe(other.projectId);
  });

  test('stores no key', async () => {
    const rows = await db().tx('admin', (tx) => tx.query('select * from api_keys'));
    expect(JSON.stringify(rows)).not.toContain(t.secret);
    const [used] = (await listKeys(db())).filter((key) => t.secret.startsWith(key.display));
    expect(used?.last_used_at).toBeInstanceOf(Date);
  });
});

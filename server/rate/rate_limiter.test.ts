import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRedis } from '../cache/redis_link.ts';
import { SILENT } from '../testing/databases.ts';
import { openTestPglite } from '../testing/pglite.ts';
import { freePort } from '../testing/postgres_cluster.ts';
import { describeRedis, startRedis } from '../testing/redis.ts';
import { testApp } from '../testing/test_app.ts';
import { createMemoryRateLimiter } from './memory.ts';
import type { RateLimiter } from './rate_limiter.ts';
import { createRedisRateLimiter } from './redis.ts';

describe('the bucket in the process', () => {
  test('lets a minute’s worth through at once, then evenly', async () => {
    let now = 0;
    const { take } = createMemoryRateLimiter(60, () => now);
    for (let i = 0; i < 60; i++) expect(await take('a')).toBe(0);
    expect(await take('a')).toBe(1000);
    expect(await take('b')).toBe(0);
    now += 400;
    expect(await take('a')).toBeCloseTo(600);
    now += 600;
    expect(await take('a')).toBe(0);
    expect(await take('a')).toBe(1000);
    now += 3_600_000;
    for (let i = 0; i < 60; i++) expect(await take('a')).toBe(0);
    expect(await take('a')).toBe(1000);
  });
});

describe('a limited server', () => {
  let db: Awaited<ReturnType<typeof openTestPglite>>;
  beforeAll(async () => {
    db = await openTestPglite();
  });
  afterAll(() => db.close());

  test('answers 429 with Retry-After to that key alone, on every route that takes one', async () => {
    const limiter = createMemoryRateLimiter(2, () => 0);
    const t = await testApp(db, { limiter });
    expect((await t.send('GET', '/v1/project')).status).toBe(200);
    expect((await t.send('POST', '/v1/ingest', {})).status).toBe(400);
    for (const [method, path] of [
      ['GET', '/v1/project'],
      ['POST', '/v1/ingest'],
      ['GET', `/storage/v1/object/info/dom/${t.projectId}/dom/x.html`],
    ] as const) {
      const { status, headers, body } = await t.send(method, path, method === 'POST' ? {} : undefined);
      expect([status, headers.get('retry-after'), body.error.code]).toEqual([429, '30', 'rate_limited']);
    }
    expect((await t.send('GET', '/v1/project', undefined, t.publishable)).status).toBe(200);
    expect((await t.send('GET', '/healthz', undefined, null)).status).toBe(200);
  });
});

/** A busy machine may stall longer than a server would wait. */
const PATIENT_MS = 10_000;

describeRedis('limits through Redis', (program) => {
  test('are one over all instances, and each instance’s own while Redis is away', async () => {
    const port = await freePort();
    const redis = await startRedis(program, port);
    const links = [1, 2].map(() => openRedis(`redis://127.0.0.1:${port}`, SILENT, () => performance.now(), PATIENT_MS));
    const instances: RateLimiter[] = links.map((link) =>
      createRedisRateLimiter(
        6,
        link,
        createMemoryRateLimiter(2, () => 0),
      ),
    );
    const takes = (count: number, at: number) =>
      Promise.all(Array.from({ length: count }, () => instances[at]?.take('key') ?? 0));
    await Promise.all(links.map((link) => link.ask((client) => client.ping(), 5_000)));

    expect(await takes(3, 0)).toEqual([0, 0, 0]);
    expect(await takes(3, 1)).toEqual([0, 0, 0]);
    for (const at of [0, 1]) {
      const [wait = 0] = await takes(1, at);
      expect(wait).toBeGreaterThan(5_000);
      expect(wait).toBeLessThanOrEqual(10_000);
    }
    expect(await links[0]?.ask((client) => client.pTTL('rate:key'))).toBeGreaterThan(50_000);

    await redis.kill('SIGKILL');
    expect((await takes(3, 0)).map(Boolean)).toEqual([false, false, true]);
    expect((await takes(3, 1)).map(Boolean)).toEqual([false, false, true]);
    await Promise.all(links.map((link) => link.close()));
  });
});

import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Db } from '../db/db.ts';
import { openHintCache } from '../entry/open_hint_cache.ts';
import { SILENT } from '../testing/databases.ts';
import { aCall, anElement, aPage } from '../testing/items.ts';
import { openTestPglite } from '../testing/pglite.ts';
import { freePort } from '../testing/postgres_cluster.ts';
import { describeRedis, type RedisServer, startRedis } from '../testing/redis.ts';
import { type TestApp, testApp } from '../testing/test_app.ts';
import type { FoundHints } from './hint_cache.ts';
import { createRedisCache } from './redis.ts';
import { openRedis, type RedisLink } from './redis_link.ts';

const MEMORY_MS = 3_000;

describeRedis('lookups through Redis', (program) => {
  let db: Db;
  let port: number;
  let redis: RedisServer;
  let now = 0;
  let links: RedisLink[] = [];
  beforeAll(async () => {
    db = await openTestPglite();
    port = await freePort();
  });
  afterAll(() => db.close());
  beforeEach(async () => {
    redis = await startRedis(program, port);
  });
  afterEach(async () => {
    await Promise.all(links.splice(0).map((link) => link.close()));
    await redis.kill('SIGKILL');
  });

  /** One server instance of the same project; `ms` of memory of its own. */
  async function instance(ms: number, project?: TestApp): Promise<TestApp> {
    // A busy machine may stall longer than a server would wait.
    const link = openRedis(`redis://127.0.0.1:${port}`, SILENT, () => performance.now(), 2_000);
    links = [...links, link];
    await until(() => link.up);
    const cache = openHintCache({ hintCacheMs: ms }, createRedisCache(link), () => now);
    const app = await testApp(db, { cache });
    return project ? { ...app, ...(await withKeyOf(app, project)) } : app;
  }
  const withKeyOf = async (app: TestApp, { secret }: TestApp): Promise<Partial<TestApp>> => ({
    send: (method, path, body) => app.send(method, path, body, secret),
  });

  const learn = async (t: TestApp, selector_norm: string) => {
    const element = anElement({ selector_norm, attr_fingerprint_hash: `00000000000000${selector_norm.slice(1)}` });
    const call = aCall({ success: true, page_signature: aPage('cached'), element_signatures: [element] });
    expect((await t.send('POST', '/v1/ingest', { items: [call] })).body.accepted).toBe(1);
    expect((await t.send('POST', '/internal/jobs/aggregate')).body.outcome).toBe('succeeded');
  };
  /** Which layer answered, and how many hints there were. */
  const lookup = async (t: TestApp): Promise<[string | null, number]> => {
    const { status, body } = await t.send('POST', '/hints/lookup', {
      url: 'https://shop.example/cached',
      dom_top_signature: '00000000000000aa',
      trace: true,
    });
    expect(status).toBe(200);
    const step = body.trace.find((each: { step: string }) => each.step === 'cache');
    return [step.detail.hit, body.element_hints.length];
  };

  test('an answer comes from the database, then from Redis and from memory', async () => {
    const a = await instance(MEMORY_MS);
    const b = await instance(MEMORY_MS, a);
    await learn(a, '#b1');
    expect(await lookup(a)).toEqual([null, 1]);
    expect(await lookup(a)).toEqual(['memory', 1]);
    await until(async () => (await lookup(b))[0] !== null);
    now += MEMORY_MS;
    expect(await lookup(b)).toEqual(['redis', 1]);
    expect(await lookup(b)).toEqual(['memory', 1]);
  });

  test('what is published is seen at once here, and elsewhere when the memory there has run out', async () => {
    const a = await instance(MEMORY_MS);
    const b = await instance(MEMORY_MS, a);
    await learn(a, '#b1');
    for (const each of [a, b]) await lookup(each);
    await learn(a, '#b2');
    expect((await lookup(a))[1]).toBe(2);
    now += MEMORY_MS;
    expect((await lookup(b))[1]).toBe(2);
  });

  test('an answer read before a hint was published, and stored after, is not served', async () => {
    const a = await instance(0);
    const link = links[0] as RedisLink;
    const cache = createRedisCache(link);
    const page = { projectId: a.projectId, urlNorm: 'https://shop.example/x' };
    const key = { ...page, key: `hint:${a.projectId}:x:all` };
    const found: FoundHints = { page_match: 'exact', page_similarity: 1, bundle_version: 1, hints: [] };
    for (const first of [true, false]) {
      const missed = await cache.get(key);
      await cache.invalidate([page]);
      if (!missed.layer) await missed.keep(found);
      expect([first, (await cache.get(key)).layer]).toEqual([first, undefined]);
    }
    const missed = await cache.get(key);
    if (!missed.layer) await missed.keep(found);
    expect((await cache.get(key)).layer).toBe('redis');
    const other = { ...key, key: `${key.key}2` };
    const unknown = await cache.get(other);
    if (!unknown.layer) await unknown.keep({ ...found, page_match: 'near' });
    expect((await cache.get(other)).layer).toBeUndefined();
    expect(await link.ask((client) => client.ttl(key.key))).toBeGreaterThan(3_590);
  });

  test('killed in the middle, lookups go to the database at once, and back when it is there again', async () => {
    const a = await instance(0);
    await learn(a, '#b1');
    await lookup(a);
    const answers = Array.from({ length: 40 }, () => lookup(a));
    await redis.kill('SIGKILL');
    for (const [, hints] of await Promise.all(answers)) expect(hints).toBe(1);
    const [layer, hints] = await lookup(a);
    expect([layer, hints]).toEqual([null, 1]);
    // Published while it is away: the job does not fail, and nothing stale is served afterwards.
    await learn(a, '#b2');
    expect(await lookup(a)).toEqual([null, 2]);
    redis = await startRedis(program, port);
    await until(async () => (await lookup(a))[0] === 'redis');
    expect(await lookup(a)).toEqual(['redis', 2]);
  });

  test('a hanging one is put aside, and what was published meanwhile is paid later', async () => {
    const a = await instance(0);
    const b = await instance(0, a);
    await learn(a, '#b1');
    await lookup(a);
    expect(await lookup(b)).toEqual(['redis', 1]);
    await redis.kill('SIGSTOP');
    for (let i = 0; i < 5; i++) {
      expect(await lookup(a)).toEqual([null, 1]);
      // Whoever met it hanging has put it aside for the others.
      expect(links[0]?.up).toBe(false);
    }
    await learn(a, '#b2');
    expect(await lookup(a)).toEqual([null, 2]);
    await redis.kill('SIGCONT');
    await until(async () => (await lookup(a))[0] === 'redis');
    expect(await lookup(a)).toEqual(['redis', 2]);
    await until(async () => (await lookup(b))[0] === 'redis');
    expect(await lookup(b)).toEqual(['redis', 2]);
  });

  test('without any Redis from the start, lookups are right', async () => {
    const link = openRedis(`redis://127.0.0.1:${await freePort()}`, SILENT, () => performance.now());
    links = [link];
    const t = await testApp(db, { cache: createRedisCache(link) });
    await learn(t, '#b1');
    expect(await lookup(t)).toEqual([null, 1]);
    expect(link.up).toBe(false);
  });
});

async function until(done: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await done()); tries++) {
    if (tries > 400) throw new Error('it never came to that');
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

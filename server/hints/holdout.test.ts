import { v7 as uuidv7 } from 'uuid';
import { expect, test } from 'vitest';
import { createMemoryCache } from '../cache/memory.ts';
import { migrate } from '../db/migrate.ts';
import { eraseRows } from '../erase/erase_rows.ts';
import { pruneExposures } from '../retention/prune_exposures.ts';
import { describeDatabases } from '../testing/databases.ts';
import { hintedPage } from '../testing/hinted_page.ts';
import { NOW, testApp } from '../testing/test_app.ts';

const runs = (count: number) => Array.from({ length: count }, () => uuidv7());

describeDatabases('the holdout', (db) => {
  test('withholds from some runs, through the cache too, and never what others are told', async () => {
    const cache = createMemoryCache({ ttlMs: 60_000, maxEntries: 10, clock: () => 0 });
    const { lookup, exposures, rows, hintId, t } = await hintedPage(db(), { cache });
    const asked = runs(60);
    const told = new Map<string, boolean>();
    for (const run of asked) told.set(run, (await lookup(run)).element_hints.length > 0);
    const withheld = asked.filter((run) => !told.get(run));
    // A half of 60; none or all once in 10^18.
    expect([withheld.length > 0, withheld.length < 60]).toEqual([true, true]);
    const [out = ''] = withheld;
    const { element_hints, trace } = await lookup(out, { trace: true });
    expect(element_hints).toEqual([]);
    expect(trace).toMatchObject([
      { step: 'normalise' },
      { step: 'cache', detail: { hit: 'memory' } },
      { step: 'holdout', detail: { withheld: 1 } },
    ]);
    expect((await lookup(undefined, {}, t.publishable)).element_hints).toMatchObject([{ hint_id: hintId }]);
    for (const run of asked.toReversed()) expect((await lookup(run)).element_hints.length > 0).toBe(told.get(run));

    await exposures.flush();
    const found = await rows();
    expect(found).toHaveLength(60);
    for (const { run_id, arm } of found) expect(arm).toBe(told.get(run_id) ? 'served' : 'withheld');
  });

  test('two servers and a restart put an exposure down once, as it was first', async () => {
    const { lookup, exposures, rows, t } = await hintedPage(db());
    const asked = runs(20);
    for (const run of asked) await lookup(run);
    await exposures.flush();
    const before = await rows();
    // Another server over the same database, which holds nothing out.
    const other = await testApp(db(), { holdoutPercent: 0 });
    const body = { url: 'https://shop.example/hinted' };
    for (const run_id of asked) await other.send('POST', '/hints/lookup', { ...body, run_id }, t.secret);
    const late = uuidv7();
    await Promise.all([lookup(late), other.send('POST', '/hints/lookup', { ...body, run_id: late }, t.secret)]);
    await exposures.flush();
    await expect.poll(async () => (await rows()).length).toBe(21);
    expect((await rows()).filter(({ run_id }) => run_id !== late)).toEqual(before);
  });

  test('what is pinned is told to all, and again drawn when it is not', async () => {
    const { t, lookup, exposures, rows, hintId } = await hintedPage(db());
    const asked = runs(30);
    const heldOut = async () => {
      const told = await Promise.all(asked.map(async (run) => (await lookup(run)).element_hints.length));
      return told.filter((count) => count === 0).length;
    };
    const decideAs = (decision: string) => t.send('POST', `/v1/hints/${hintId}/decision`, { decision });
    await decideAs('pin');
    expect(await heldOut()).toBe(0);
    expect((await lookup(asked[0])).element_hints).toMatchObject([{ pinned: true }]);
    await exposures.flush();
    expect((await rows()).map(({ arm }) => arm)).toEqual(Array(30).fill('always'));
    // Decided before there were exposures.
    await db().tx('admin', async (tx) => {
      await tx.query('update hints set pinned = false where project_id = $1', [t.projectId]);
      await tx.query(`update laskobot_migrations set checksum = 'of before' where name = '010_uplift'`);
    });
    await migrate(db());
    expect(await heldOut()).toBe(0);
    await decideAs('auto');
    expect(await heldOut()).toBeGreaterThan(0);
    expect((await lookup()).element_hints[0]).not.toHaveProperty('pinned');
  });

  test('exposures go with their session, their domain and their time', async () => {
    const { t, send, use, lookup, exposures, rows } = await hintedPage(db());
    const [erased = '', kept = ''] = runs(2);
    for (const run of [erased, kept]) await lookup(run);
    await exposures.flush();
    await send(use(erased, 5, { context: { session_id: 'gone' } }), use(kept, 5, { context: { session_id: 'kept' } }));
    const erase = (subject: Parameters<typeof eraseRows>[2]) =>
      db().tx('admin', (tx) => eraseRows(tx, t.projectId, subject));
    expect(await erase({ kind: 'sessions', sessionIds: ['gone'] })).toMatchObject({ rows: { hint_exposures: 1 } });
    expect((await rows()).map(({ run_id }) => run_id)).toEqual([kept]);
    expect(await erase({ kind: 'domain', domain: 'other.example' })).toMatchObject({ rows: { hint_exposures: 0 } });
    expect(await erase({ kind: 'domain', domain: 'shop.example' })).toMatchObject({ rows: { hint_exposures: 1 } });
    expect(await rows()).toEqual([]);

    const second = await hintedPage(db());
    await second.lookup(kept);
    await second.exposures.flush();
    const prune = (before: number) =>
      pruneExposures({ db: db(), renew: async () => {}, signal: new AbortController().signal }, new Date(before));
    await prune(NOW);
    expect(await second.rows()).toHaveLength(1);
    await prune(NOW + 1);
    expect(await second.rows()).toEqual([]);
  });

  test('a lookup that names no run is neither held out nor an exposure', async () => {
    const { lookup, exposures, rows } = await hintedPage(db());
    for (let n = 0; n < 10; n++) expect((await lookup()).element_hints).toHaveLength(1);
    await exposures.flush();
    expect(await rows()).toEqual([]);
  });
});

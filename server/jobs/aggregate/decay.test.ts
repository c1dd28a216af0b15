import { v7 as uuidv7 } from 'uuid';
import { expect, test } from 'vitest';
import { aggregateAll } from '../../testing/aggregate.ts';
import { describeDatabases } from '../../testing/databases.ts';
import { aCall, anElement, aPage, type Fields } from '../../testing/items.ts';
import { type TestApp, testApp } from '../../testing/test_app.ts';

const DAY_MS = 24 * 3600 * 1000;

describeDatabases('decay by age', (db) => {
  /** A project with a control that was used five times today, on a server whose clock can be put forward. */
  async function begin(halfLifeDays: number) {
    let now = Date.now();
    const release = { minSuccesses: 1, minDays: 1, decayDays: 0, halfLifeDays, minKeys: 2 };
    const t: TestApp = await testApp(db(), { now: () => now, release });
    const use = (changes: Fields = {}) =>
      aCall({
        success: true,
        page_signature: aPage('decay'),
        element_signatures: [anElement()],
        started_at: new Date(now - 1000).toISOString(),
        context: { run_id: uuidv7() },
        ...changes,
      });
    const tell = async (...items: unknown[]) => {
      expect((await t.send('POST', '/v1/ingest', { items })).body).toMatchObject({ accepted: items.length });
      await aggregateAll(t, db());
    };
    await tell(...[200, 200, 200, 200, 4000].map((ms) => use({ ended_at: new Date(now - 1000 + ms).toISOString() })));
    return {
      t,
      use,
      tell,
      later: async (days: number) => {
        now += days * DAY_MS;
        await aggregateAll(t, db());
      },
      hint: async () =>
        (await t.send('POST', '/hints/lookup', { url: 'https://shop.example/decay' })).body.element_hints.find(
          (hint: { hint_type: string }) => hint.hint_type === 'best_selector',
        ),
    };
  }

  test('what a hint claims falls while nothing new is seen, what was seen stays, and new uses lift it', async () => {
    const { later, hint, tell, use } = await begin(30);
    const fresh = await hint();
    await later(30);
    const after = await hint();
    expect(after.confidence).toBeLessThan(fresh.confidence);
    await later(60);
    const old = await hint();
    expect(old.confidence).toBeLessThan(after.confidence);
    expect(old).toMatchObject({ hint_id: fresh.hint_id, state: 'active', version: 1 });
    expect(old.evidence).toMatchObject({ success_ct: 5, runs: 5 });
    await tell(use(), use(), use());
    expect((await hint()).confidence).toBeGreaterThan(old.confidence);
  });

  test('figures that changed by little are written within a day, those that changed by more at once', async () => {
    const { later, hint, tell, use } = await begin(30);
    await tell(...Array.from({ length: 40 }, () => use()));
    expect((await hint()).evidence).toMatchObject({ success_ct: 45, runs: 45 });
    await tell(use());
    expect((await hint()).evidence).toMatchObject({ success_ct: 45 });
    await later(1.1);
    expect((await hint()).evidence).toMatchObject({ success_ct: 46, runs: 46 });
    await tell(use(), use(), use(), use(), use());
    expect((await hint()).evidence).toMatchObject({ success_ct: 51, runs: 51 });
  });

  test('without a half-life nothing ages', async () => {
    const { later, hint } = await begin(0);
    const fresh = await hint();
    await later(365);
    expect((await hint()).confidence).toBe(fresh.confidence);
  });

  test('tells the quantiles of latencies', async () => {
    const { hint } = await begin(30);
    const { evidence } = await hint();
    expect(evidence.avg_latency_ms).toBeCloseTo(960, 6);
    expect(evidence.latency_ms.p50).toBeGreaterThan(190);
    expect(evidence.latency_ms.p50).toBeLessThan(210);
    expect(evidence.latency_ms.p99).toBeGreaterThan(3800);
    expect(evidence.latency_ms.p99).toBeLessThan(4200);
  });

  test('latencies weigh less with every week', async () => {
    const { t, hint, tell, use } = await begin(28);
    const at = Date.now() - 10_000;
    const took2s = { started_at: new Date(at).toISOString(), ended_at: new Date(at + 2000).toISOString() };
    await db().tx('admin', (tx) =>
      tx.query('update hint_stat_latencies set week = week - 84 where project_id = $1', [t.projectId]),
    );
    await tell(...Array.from({ length: 5 }, () => use(took2s)));
    const { evidence } = await hint();
    // Of 960 ms an eighth, three half-lives later; today is up to six days after the Monday of both weeks.
    expect(evidence.avg_latency_ms).toBeCloseTo((960 / 8 + 2000) / (1 / 8 + 1), 6);
    expect(evidence.latency_ms.p50).toBeGreaterThan(1900);
  });

  test('of more runs than are counted one by one, each counts once, on whatever states of its page', async () => {
    const { hint, tell, use, t } = await begin(30);
    const other = aPage('decay', { dom_fingerprint_hash: '00000000000000cc' });
    const runs = Array.from({ length: 220 }, () => ({ run_id: uuidv7() }));
    await tell(
      ...runs.map((context) => use({ context, seq: 1 })),
      ...runs.slice(0, 50).map((context) => use({ context, seq: 2, page_signature: other })),
    );
    expect((await hint()).evidence).toMatchObject({ success_ct: 275, runs: 225 });
    const days = await db().tx('admin', (tx) =>
      tx.query(
        `select sum(ok_run_ct)::int as ok, sum(d.success_ct)::int as calls from hint_stat_days d
         join hint_stats s on s.project_id = d.project_id and s.id = d.stat_id
         where d.project_id = $1 and s.scope = 'element'`,
        [t.projectId],
      ),
    );
    expect(days).toEqual([{ ok: 275, calls: 275 }]);
  });

  test('counts a run on the day of its first success, in whatever order its calls arrive', async () => {
    const { t, use } = await begin(30);
    const context = { run_id: uuidv7() };
    const at = (daysAgo: number) =>
      db().tx('admin', (tx) =>
        tx.query(
          `update tool_calls set ingested_at = now() - make_interval(days => $2), ingested_xid = pg_current_xact_id()
           where project_id = $1 and run_id = '${context.run_id}' and ingested_at > now() - interval '1 hour'`,
          [t.projectId, daysAgo],
        ),
      );
    const told = [
      { seq: 1, success: false, daysAgo: 5 },
      { seq: 2, success: true, daysAgo: 2 },
      { seq: 3, success: true, daysAgo: 3 },
      { seq: 4, success: false, daysAgo: 9 },
    ];
    for (const { daysAgo, ...call } of told) {
      expect((await t.send('POST', '/v1/ingest', { items: [use({ context, ...call })] })).body.accepted).toBe(1);
      await at(daysAgo);
      await aggregateAll(t, db());
    }
    const days = await db().tx('admin', (tx) =>
      tx.query(
        `select (now() at time zone 'UTC')::date - d.day as ago, sum(ok_run_ct)::int as ok, sum(bad_run_ct)::int as bad,
           sum(d.success_ct)::int as right, sum(d.error_ct)::int as wrong
         from hint_stat_days d join hint_stats s on s.project_id = d.project_id and s.id = d.stat_id
         where d.project_id = $1 and s.scope = 'element' group by 1 order by 1`,
        [t.projectId],
      ),
    );
    expect(days).toEqual([
      { ago: 0, ok: 5, bad: 0, right: 5, wrong: 0 },
      { ago: 2, ok: 0, bad: 0, right: 1, wrong: 0 },
      { ago: 3, ok: 1, bad: 0, right: 1, wrong: 0 },
      { ago: 5, ok: 0, bad: 0, right: 0, wrong: 1 },
      { ago: 9, ok: 0, bad: 0, right: 0, wrong: 1 },
    ]);
  });
});

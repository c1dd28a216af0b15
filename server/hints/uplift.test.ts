import { expect, test } from 'vitest';
import { upliftAnswer } from '../../shared/protocol/uplift.ts';
import { joinAllOutcomes } from '../testing/aggregate.ts';
import { describeDatabases } from '../testing/databases.ts';
import { hintedPage } from '../testing/hinted_page.ts';
import type { Fields } from '../testing/items.ts';
import { seeded } from '../testing/seeded.ts';

const RUNS = 800;
/** What is true of the generated runs: success of the first call, and seconds until it. */
const TRUTH = { served: { success: 0.9, median: 4 }, withheld: { success: 0.65, median: 9 } } as const;
const SHARES = { verified: 0.8, used: 0.5, wrong: 0.1 } as const;

describeDatabases('GET /v1/hints/uplift', (db) => {
  test('tells the truth of generated runs within its intervals', async () => {
    const { t, send, use, report, lookup, exposures, hintId } = await hintedPage(db());
    const random = seeded(2026);
    const items: Fields[] = [];
    for (let n = 0; n < RUNS; n++) {
      const run = `018f0000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;
      const arm = (await lookup(run)).element_hints.length > 0 ? 'served' : 'withheld';
      const { success, median } = TRUTH[arm];
      const seconds = Math.round(median * (0.5 + random()) * 1000) / 1000;
      items.push(use(run, seconds - 1, { seq: 1, success: random() < success }));
      if (arm === 'withheld') continue;
      const verified = random() < SHARES.verified;
      items.push(report(run, hintId, { outcome: verified ? 'found' : 'not_found' }));
      if (verified && random() < SHARES.wrong) items.push(report(run, hintId, { outcome: 'wrong' }));
    }
    await exposures.flush();
    for (let at = 0; at < items.length; at += 400) await send(...items.slice(at, at + 400));
    await joinAllOutcomes(t, db());

    const { status, body } = await t.send('GET', '/v1/hints/uplift');
    expect([status, upliftAnswer.safeParse(body).error]).toEqual([200, undefined]);
    const [group, ...others] = body.groups;
    expect([group.group, group.hint, others]).toEqual(['best_selector', null, []]);
    const holds = (estimate: { value: number; lower: number; upper: number }, truth: number) => {
      expect(estimate.lower).toBeLessThanOrEqual(truth);
      expect(estimate.upper).toBeGreaterThanOrEqual(truth);
      expect(estimate.value).toBeGreaterThanOrEqual(estimate.lower);
      expect(estimate.value).toBeLessThanOrEqual(estimate.upper);
    };
    const { served, withheld, follow_through } = group;
    expect([served.exposures + withheld.exposures, served.called, withheld.called]).toEqual([
      RUNS,
      served.exposures,
      withheld.exposures,
    ]);
    holds(served.success, TRUTH.served.success);
    holds(withheld.success, TRUTH.withheld.success);
    holds(group.success_difference, TRUTH.served.success - TRUTH.withheld.success);
    holds(served.median_ms, 1000 * TRUTH.served.median);
    holds(withheld.median_ms, 1000 * TRUTH.withheld.median);
    holds(group.time_saved_ms, 1000 * (TRUTH.withheld.median - TRUTH.served.median));
    // Not because they are wide.
    expect(group.success_difference.lower).toBeGreaterThan(0.15);
    expect(group.time_saved_ms.lower).toBeGreaterThan(3_500);
    // The first call failed, or it was reported.
    holds(group.wrong, 1 - TRUTH.served.success * (1 - SHARES.wrong));
    expect(follow_through).toMatchObject({ told: served.exposures, used: follow_through.verified });
    expect(follow_through.verified + follow_through.refused).toBe(served.exposures);

    const by = async (query: string) => (await t.send('GET', `/v1/hints/uplift?${query}`)).body.groups;
    expect(await by('by=domain')).toEqual([{ ...group, group: 'shop.example' }]);
    const hint = { hint_type: 'best_selector', version: 1, url_norm: 'https://shop.example/hinted' };
    expect(await by('by=version')).toEqual([{ ...group, group: hintId, hint }]);
    expect(await by('since=2026-06-15T12:00:00Z')).toEqual([group]);
    expect(await by('since=2026-06-15T12:00:00.001Z')).toEqual([]);
  });

  test('says null where there is not enough data, and takes a secret key', async () => {
    const { t, lookup, exposures } = await hintedPage(db());
    const ask = (query = '', key = t.secret) => t.send('GET', `/v1/hints/uplift${query}`, undefined, key);
    expect((await ask()).body).toEqual({ by: 'kind', since: null, groups: [] });
    for (let n = 0; n < 30; n++) await lookup(crypto.randomUUID());
    await exposures.flush();
    const { groups } = (await ask()).body;
    expect(groups).toMatchObject([
      {
        served: { called: 0, success: null, median_ms: null },
        withheld: { called: 0, success: null, median_ms: null },
        success_difference: null,
        time_saved_ms: null,
        wrong: null,
        follow_through: { verified: 0, used: 0, wrong: 0 },
      },
    ]);
    expect(groups[0].served.exposures + groups[0].withheld.exposures).toBe(30);
    expect((await ask('', t.publishable)).status).toBe(403);
    expect((await ask('?by=colour')).status).toBe(400);
    expect((await ask('?since=yesterday')).status).toBe(400);
    expect((await ask('?until=2026-06-15T12:00:00Z')).body.error.code).toBe('unknown_field');
  });
});

import { v7 as uuidv7 } from 'uuid';
import { expect, test } from 'vitest';
import type { HintDetails } from '../../../shared/protocol/answers.ts';
import { createMemoryCache } from '../../cache/memory.ts';
import { aggregateAll } from '../../testing/aggregate.ts';
import { describeDatabases } from '../../testing/databases.ts';
import { aCall, anElement, aPage, type Fields } from '../../testing/items.ts';
import { NOW, type TestApp, testApp } from '../../testing/test_app.ts';

const DAY_MS = 24 * 3600 * 1000;
const FIRST = '[data-testid="buy"]';
const SECOND = 'main > button';

describeDatabases('the release of hints', (db) => {
  /** A project of its own for each test, whose hints need three successes on two days. */
  async function begin(changes: Fields = {}) {
    let now = NOW;
    const cache = createMemoryCache({ ttlMs: 60_000, maxEntries: 100, clock: () => 0 });
    const t: TestApp = await testApp(db(), {
      cache,
      now: () => now,
      release: { minSuccesses: 3, minDays: 2, decayDays: 60, halfLifeDays: 30, minKeys: 2, ...changes },
    });
    const aggregate = () => aggregateAll(t, db());
    /** Stores what is told as if it had arrived `daysAgo`, and has it folded. */
    const tell = async (items: readonly unknown[], daysAgo = 0) => {
      expect((await t.send('POST', '/v1/ingest', { items })).body).toMatchObject({ accepted: items.length });
      for (const table of ['tool_calls', 'events'])
        await db().tx('admin', (tx) =>
          tx.query(
            `update ${table} set ingested_at = now() - make_interval(days => $2)
             where project_id = $1 and ingested_at > now() - interval '10 minutes'`,
            [t.projectId, daysAgo],
          ),
        );
      await aggregate();
    };
    const use = (instance_id: string, changes: Fields = {}) =>
      aCall({
        success: true,
        page_signature: aPage('release'),
        element_signatures: [anElement()],
        context: { run_id: uuidv7(), instance_id },
        ...changes,
      });
    const report = (hint_id: string, instance_id: string, data: Fields) => ({
      kind: 'event',
      name: 'hint.outcome',
      event_uuid: uuidv7(),
      occurred_at: '2026-06-15T11:00:00Z',
      context: { instance_id },
      data: { hint_id, version: 1, outcome: 'found', ...data },
    });
    const lookup = async (run_id?: string) =>
      (await t.send('POST', '/hints/lookup', { url: 'https://shop.example/release', run_id })).body.element_hints as {
        hint_id: string;
        version: number;
        state: string;
        data: { selector: string };
      }[];
    const all = async () =>
      (await t.send('GET', '/v1/hints?limit=10')).body.hints as { hint_id: string; state: string }[];
    const details = async (id: string): Promise<HintDetails> => (await t.send('GET', `/v1/hints/${id}`)).body;
    const decideAs = async (id: string, decision: string): Promise<HintDetails> =>
      (await t.send('POST', `/v1/hints/${id}/decision`, { decision })).body;
    /** An active first version, and the id of it. */
    const active = async (): Promise<string> => {
      await tell([use('a'), use('b')], 1);
      await tell([use('c')]);
      const [hint] = await lookup();
      expect(hint).toMatchObject({ version: 1, state: 'active', data: { selector: FIRST } });
      return hint?.hint_id ?? '';
    };
    return {
      t,
      tell,
      use,
      report,
      lookup,
      all,
      details,
      decideAs,
      active,
      aggregate,
      later: (ms: number) => (now += ms),
    };
  }

  test('a hint is tried by a share of runs, and told to all when successes came from several runs and days', async () => {
    const { tell, use, lookup, details, all } = await begin();
    await tell([use('a'), use('b'), use('c'), use('d')]);
    expect(await lookup()).toEqual([]);
    const asked = await Promise.all(Array.from({ length: 120 }, () => lookup(uuidv7())));
    const told = asked.filter((hints) => hints.length > 0);
    // 10 percent of 120 are 12; outside of these bounds once in 100,000.
    expect([told.length > 0, told.length < 30]).toEqual([true, true]);
    expect(told[0]).toMatchObject([{ state: 'canary' }]);
    const run = uuidv7();
    expect(await lookup(run)).toEqual(await lookup(run));

    await tell([use('e')], 1);
    const [hint] = await lookup();
    expect(hint).toMatchObject({ state: 'active', version: 1 });
    expect(await all()).toHaveLength(1);
    const { changes } = await details(hint?.hint_id ?? '');
    expect(changes.map(({ reason, to }) => [reason, to])).toEqual([
      ['created', 'candidate'],
      ['tried', 'canary'],
      ['earned', 'active'],
    ]);
    expect(changes.at(-1)?.detail).toMatchObject({
      source: 'evidence',
      up_to: expect.stringMatching(/^\d+$/),
      recorded: { ok: 5, okDays: 2 },
    });
  });

  test('one instance moves no active hint, however much it tells and on how many days; two do', async () => {
    const { tell, report, active, lookup, details } = await begin();
    const id = await active();
    for (const day of [4, 3, 2, 1])
      await tell(
        Array.from({ length: 50 }, () => report(id, 'attacker', { selector: SECOND })),
        day,
      );
    expect(await lookup()).toMatchObject([{ version: 1, state: 'active' }]);
    expect((await details(id)).versions.map(({ state }) => state)).toEqual(['active', 'canary']);

    await tell([report(id, 'b', { selector: SECOND })], 1);
    expect(await lookup()).toMatchObject([{ version: 1, state: 'active' }]);
    await tell([report(id, 'c', { selector: SECOND })]);
    expect(await lookup()).toMatchObject([{ version: 2, state: 'active', data: { selector: SECOND } }]);
    const { versions, changes } = await details(id);
    expect(versions).toMatchObject([
      { version: 1, superseded: true },
      { version: 2, superseded: false },
    ]);
    expect(changes.slice(-2).map(({ reason }) => reason)).toEqual(['earned', 'replaced']);
  });

  test('a version that does worse than the one before rolls back by itself, and says why', async () => {
    const { tell, use, report, active, lookup, details } = await begin();
    const id = await active();
    for (const daysAgo of [5, 4])
      await tell(
        Array.from({ length: 12 }, (_, n) => report(id, `good-${n}`, {})),
        daysAgo,
      );
    // A later state of the page shows it with another identity, and with more successes.
    const page_signature = aPage('release', { dom_fingerprint_hash: '00000000000000dd' });
    const element_signatures = [
      anElement({ identity: { tag: 'button', role: 'button', name_hash: '00000000000000ee' } }),
    ];
    await tell(Array.from({ length: 9 }, (_, n) => use(`later-${n}`, { page_signature, element_signatures })));
    const [second] = await lookup();
    expect(second).toMatchObject({
      version: 2,
      data: { selector: FIRST, identity: { name_hash: '00000000000000ee' } },
    });
    await tell(
      Array.from({ length: 12 }, (_, n) => report(second?.hint_id ?? '', `bad-${n}`, { outcome: 'identity_mismatch' })),
    );
    expect(await lookup()).toMatchObject([{ version: 1, state: 'active' }]);
    const { changes, versions } = await details(id);
    expect(versions[1]).toMatchObject({ state: 'quarantined' });
    expect(changes.slice(-2)).toMatchObject([
      { reason: 'worse_than_before', detail: { ok: 0, bad: 12, before: { version: 1, ok: 24, bad: 0 } } },
      { reason: 'restored' },
    ]);
  });

  test('an operator pins, vetoes and rolls back, which binds, and lets evidence decide again', async () => {
    const { tell, use, report, active, lookup, decideAs, t } = await begin();
    const id = await active();
    const against = (daysAgo: number) =>
      tell(
        ['x', 'y', 'z', 'v', 'w'].map((each) => report(id, `${each}${daysAgo}`, { selector: SECOND })),
        daysAgo,
      );
    expect((await decideAs(id, 'pin')).decided).toMatchObject({ decision: 'pin', version: 1 });
    await against(2);
    await against(1);
    expect(await lookup()).toMatchObject([{ version: 1, data: { selector: FIRST } }]);

    await decideAs(id, 'auto');
    expect(await lookup()).toMatchObject([{ version: 2, data: { selector: SECOND } }]);
    const [second] = await lookup();
    await decideAs(second?.hint_id ?? '', 'rollback');
    expect(await lookup()).toMatchObject([{ version: 1 }]);
    await against(0);
    expect(await lookup()).toMatchObject([{ version: 1 }]);

    const vetoed = await decideAs(id, 'veto');
    expect(vetoed.changes.at(-1)).toMatchObject({ reason: 'vetoed', actor: 'operator' });
    await tell([use('a'), use('b'), use('n')]);
    expect(await lookup(uuidv7())).toEqual([]);
    expect((await t.send('POST', `/v1/hints/${id}/decision`, { decision: 'perhaps' })).status).toBe(400);
    expect((await t.send('POST', '/v1/hints/999999999/decision', { decision: 'pin' })).status).toBe(404);
    expect((await t.send('GET', '/v1/hints', undefined, t.publishable)).status).toBe(403);
  });

  test('what nobody used for as long as hints are kept is retired, and is back with the next success', async () => {
    const { tell, use, active, lookup, aggregate, later, details } = await begin();
    const id = await active();
    later(61 * DAY_MS);
    await aggregate();
    expect((await details(id)).changes.at(-1)).toMatchObject({ reason: 'not_seen', superseded: true });
    expect(await lookup(uuidv7())).toEqual([]);
    await tell([use('d', { started_at: new Date(NOW + 61 * DAY_MS).toISOString() })]);
    expect(await lookup()).toMatchObject([{ version: 2, state: 'active' }]);
  });
});

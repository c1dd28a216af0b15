import { v7 as uuidv7 } from 'uuid';
import { expect, test } from 'vitest';
import type { HintDetails } from '../../../shared/protocol/answers.ts';
import type { BestSelectorHint } from '../../../shared/protocol/schema.ts';
import { describeDatabases } from '../../testing/databases.ts';
import { type Act, namesOf, recipeRuns } from '../../testing/recipe_runs.ts';
import { NOW } from '../../testing/test_app.ts';

const DAY_MS = 24 * 3600 * 1000;
const PAIR: readonly Act[] = [{ control: 'filter' }, { control: 'apply' }];

describeDatabases('the release of recipes', (db) => {
  /** A project of its own for each test, whose hints need three successes on two days. */
  async function begin() {
    let now = NOW;
    const r = await recipeRuns(db(), {
      now: () => now,
      release: { minSuccesses: 3, minDays: 2, decayDays: 60, halfLifeDays: 30, minKeys: 2 },
    });
    const make = (voter: string, acts = PAIR) => r.run(acts, { voter }).items;
    const details = async (id: string): Promise<HintDetails> => (await r.t.send('GET', `/v1/hints/${id}`)).body;
    /** An active first version, told by instances on two days, and the id of it. */
    const active = async (): Promise<string> => {
      for (const daysAgo of [5, 4])
        await r.send(
          ['a', 'b', 'c'].flatMap((voter) => make(voter)),
          daysAgo,
        );
      await r.mine();
      const [told] = await r.recipes();
      expect(told).toMatchObject({ version: 1, state: 'active' });
      return told?.hint_id ?? '';
    };
    const states = async (id: string) =>
      (await details(id)).versions.map(({ version, state, superseded }) => [version, state, superseded]);
    const decide = async (id: string, decision: string): Promise<HintDetails> =>
      (await r.t.send('POST', `/v1/hints/${id}/decision`, { decision })).body;
    return { ...r, make, details, active, states, decide, later: (ms: number) => (now += ms) };
  }

  test('one instance makes nothing active, though it does it hundreds of times on many days; two others do', async () => {
    const { run, make, send, mine, recipes, details, query } = await begin();
    // The controls themselves are used by others, too, never so.
    for (const voter of ['b', 'c', 'd'])
      for (const { control = '' } of PAIR) await send(run([{ control }], { voter }).items, 3);
    const flood = Array.from({ length: 50 }, () => PAIR).flat();
    for (const daysAgo of [4, 3, 2, 1]) await send(run(flood, { voter: 'attacker' }).items, daysAgo);
    // Nor does it hide what others do in longer ones.
    const spam: readonly Act[] = [...PAIR, { control: 'spam' }];
    await send(Array.from({ length: 40 }, () => make('attacker', spam)).flat());
    await mine();
    const [counted] = await query<{ calls: number; votes: number }>(
      `select (select count(*)::int from tool_calls where project_id = $1) as calls,
         (select count(*)::int from recipe_votes where project_id = $1 and voter = 'attacker') as votes`,
    );
    expect(counted?.calls).toBeGreaterThan(400);
    expect(counted?.votes).toBeGreaterThan(5);
    expect(await recipes()).toEqual([]);
    expect(
      (await query(`select from hints where project_id = $1 and hint_type = 'recipe' and state = 'active'`)).length,
    ).toBe(0);

    await send(make('b'), 1);
    await send(make('c'));
    await mine();
    const [told] = await recipes();
    expect(told && namesOf(told)).toEqual(['filter', 'apply']);
    const { changes } = await details(told?.hint_id ?? '');
    expect(changes.map(({ reason }) => reason)).toEqual(['created', 'earned']);
    expect(changes.at(-1)?.detail).toMatchObject({
      source: 'tool_calls',
      after: expect.stringMatching(/^\d+$/),
      up_to: expect.stringMatching(/^\d+$/),
      reported: { okOthers: 2 },
    });
  });

  test('where two keys told of it, one alone makes nothing active nor withdraws it, from however many instances', async () => {
    const { t, run, make, send, mine, recipes, details, query } = await begin();
    const [many, one] = [t.secret, t.publishable];
    const crowd = (n: number, acts = PAIR) =>
      Array.from({ length: n }, (_, at) => run(acts, { voter: `${n}-${at}` }).items).flat();
    // The controls themselves are used with both, too, never so.
    for (const voter of ['b', 'c', 'd'])
      for (const { control = '' } of PAIR)
        for (const daysAgo of [4, 3]) await send(run([{ control }], { voter }).items, daysAgo, one);
    await send(make('b'), 3, one);
    for (const daysAgo of [3, 2]) await send(crowd(40), daysAgo, many);
    await mine();
    expect((await recipes()).filter(({ state }) => state === 'active')).toEqual([]);
    const [row] = await query<{ id: string }>(
      `select id::text from hints where project_id = $1 and hint_type = 'recipe'`,
    );
    const { id = '' } = row ?? {};
    expect((await details(id)).versions).toMatchObject([{ state: 'canary' }]);
    for (const voter of ['c', 'd']) await send(make(voter), 2, one);
    await mine();
    expect(await recipes()).toMatchObject([{ hint_id: id, state: 'active' }]);

    const bad = PAIR.map((act, at) => (at === 1 ? { ...act, success: false } : act));
    await send(crowd(90, bad), 1, many);
    await mine();
    expect((await details(id)).versions).toMatchObject([{ state: 'active' }]);
    await send(crowd(30, bad), 1, one);
    await mine();
    expect((await details(id)).versions).toMatchObject([{ state: 'quarantined' }]);
  });

  test('a control in a new form keeps the recipe; a version that does worse rolls back by itself, and says why', async () => {
    const { t, run, make, control, send, mine, recipes, active, states, details, query } = await begin();
    const id = await active();
    const [{ data: { recipe = '' } = {} } = {}] = await recipes();
    const anew: readonly Act[] = [{ control: 'filter' }, { control: 'show' }];
    await send(
      ['a', 'b', 'c'].flatMap((voter) => make(voter, anew)),
      3,
    );
    await mine();
    expect(await query('select from recipes where project_id = $1')).toHaveLength(2);
    // Pages of two instances find the control again in another form.
    const { body } = await t.send('POST', '/hints/lookup', { url: 'https://shop.example/' });
    const hint = body.element_hints.find(({ element }: BestSelectorHint) => element?.selector_norm === '#apply');
    const { selector_norm, attr_fingerprint_hash } = control('show');
    const found = {
      hint_id: hint.hint_id,
      outcome: 'found',
      selector: hint.data.selector,
      confidence: 0.97,
      changed_to: { selector_norm, attr_fingerprint_hash },
    };
    const occurred_at = '2026-06-15T11:30:00Z';
    const event = { kind: 'event', name: 'hint.outcome', occurred_at, data: found };
    await send(['a', 'b'].map((instance_id) => ({ ...event, event_uuid: uuidv7(), context: { instance_id } })));
    await mine();
    expect(await query('select from recipes where project_id = $1 and key is not null')).toHaveLength(1);
    expect(await recipes()).toMatchObject([
      { state: 'active', data: { recipe }, evidence: { success_ct: 9, runs: 9 } },
    ]);

    // Its new form has to prove itself, on two days.
    await send(['a', 'b', 'c', 'd'].flatMap((voter) => make(voter, anew)));
    await mine();
    expect(await states(id)).toEqual([
      [1, 'active', false],
      [2, 'canary', false],
    ]);
    await send(
      ['a', 'b', 'c', 'd'].flatMap((voter) => make(voter, anew)),
      -1,
    );
    await mine();
    expect((await recipes()).map((told) => [told.version, told.data.recipe, namesOf(told)])).toEqual([
      [2, recipe, ['filter', 'show']],
    ]);
    const bad = anew.map((act, at) => (at === 1 ? { ...act, success: false } : act));
    await send(Array.from({ length: 20 }, (_, n) => run(bad, { voter: `bad-${n}` }).items).flat(), -2);
    await mine();
    expect(await recipes()).toMatchObject([{ version: 1, state: 'active' }]);
    expect((await details(id)).changes.slice(-2)).toMatchObject([
      {
        to: 'quarantined',
        reason: 'worse_than_before',
        detail: { source: 'tool_calls', ok: 8, bad: 20, before: { version: 1 } },
      },
      { to: 'active', reason: 'restored', detail: { instead_of: 2 } },
    ]);
  });

  test('what fails is quarantined; pin, veto and rollback bind until they are taken back', async () => {
    const { make, run, send, mine, recipes, active, states, decide, details } = await begin();
    const id = await active();
    const bad = PAIR.map((act, at) => (at === 1 ? { ...act, success: false } : act));
    expect((await decide(id, 'pin')).decided).toMatchObject({ decision: 'pin', version: 1 });
    await send(Array.from({ length: 20 }, (_, n) => run(bad, { voter: `bad-${n}` }).items).flat());
    await mine();
    expect(await recipes()).toMatchObject([{ version: 1, state: 'active', pinned: true }]);
    await decide(id, 'auto');
    expect(await recipes()).toEqual([]);
    expect((await details(id)).changes.at(-1)).toMatchObject({ reason: 'failing', to: 'quarantined' });

    await decide(id, 'veto');
    for (const daysAgo of [1, 0]) await send(Array.from({ length: 60 }, (_, n) => make(`good-${n}`)).flat(), daysAgo);
    await mine();
    expect(await states(id)).toEqual([[1, 'quarantined', false]]);
    await decide(id, 'auto');
    expect(await recipes()).toMatchObject([{ version: 1, state: 'active' }]);
    await decide(id, 'rollback');
    expect(await recipes()).toEqual([]);
    expect((await details(id)).changes.at(-1)).toMatchObject({
      reason: 'rolled_back',
      actor: 'operator',
    });
  });

  test('what nobody did for as long as hints are kept is retired, what was never told is forgotten', async () => {
    const { run, send, mine, recipes, active, details, later, query } = await begin();
    const id = await active();
    await send(run([{ control: 'once' }, { control: 'only' }]).items);
    later(61 * DAY_MS);
    await mine();
    expect(await recipes()).toEqual([]);
    expect((await details(id)).changes.at(-1)).toMatchObject({ reason: 'not_seen', superseded: true });
    expect(await query('select from recipes where project_id = $1')).toHaveLength(2);
    await query(`update recipes set counted_at = now() - interval '31 days' where project_id = $1`);
    await mine();
    expect(await query('select from recipes where project_id = $1')).toHaveLength(1);
  });
});

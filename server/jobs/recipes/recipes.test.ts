import { expect, test } from 'vitest';
import { MAX_LOOKUP_ELEMENTS } from '../../../shared/protocol/limits.ts';
import type { Db } from '../../db/db.ts';
import { MAX_PAGE_RECIPES } from '../../recipes/limits.ts';
import { aggregateAll } from '../../testing/aggregate.ts';
import { describeDatabases, SILENT } from '../../testing/databases.ts';
import { type Act, fieldOf, namesOf, recipeRuns } from '../../testing/recipe_runs.ts';
import { AT_ONCE, NOW } from '../../testing/test_app.ts';
import { createRecipesJob } from './recipes.ts';

const SECRET = 'CANARY-7f3a-typed';

/** Settings, reject, save: then a search. */
const BANNER: readonly Act[] = [{ control: 'settings' }, { control: 'reject' }, { control: 'save' }];
const SEARCH: readonly Act[] = [
  { control: 'q', tool_name: 'dom.type', identity: fieldOf('q') },
  { control: 'go', tool_name: 'dom.click' },
  { on: 'results', control: 'first' },
];

describeDatabases('the recipes job', (db) => {
  test('makes a recipe of what runs did again and again, with parameters, and of nothing else', async () => {
    const { run, send, mine, recipes, query } = await recipeRuns(db());
    for (let n = 0; n < 4; n += 1) {
      const noise = { control: `noise-${n}` };
      const own = { control: 'q', tool_name: 'browser_fill', input_json: { ref: 'e4', text: SECRET, submit: true } };
      await send(run([noise, ...BANNER, { ...noise, control: `other-${n}` }, ...SEARCH, { after: 100, ...own }]).items);
      await mine();
    }
    const told = await recipes();
    expect(told.map(namesOf)).toEqual([
      ['settings', 'reject', 'save'],
      ['q', 'go', 'first'],
    ]);
    expect(told[1]).toMatchObject({
      state: 'active',
      version: 1,
      page: { url_norm: 'https://shop.example/' },
      data: { shape: 'search', replayable: false, unsafe: { step: 0, class: 'unknown' } },
    });
    expect(told[1]?.data.steps).toMatchObject([
      { tool: 'dom.type', params: [{ name: 'q', argument: 'value' }] },
      { tool: 'dom.click', params: [] },
      { url_norm: 'https://shop.example/results', control: { identity: { role: 'button' } } },
    ]);
    // Its first steps are elsewhere.
    expect(await recipes('results')).toEqual([]);
    for (const table of ['recipes', 'recipe_votes', 'recipe_scrolls', 'recipe_runs', 'hints', 'hint_changes'])
      expect(JSON.stringify(await query(`select * from ${table} where project_id = $1`))).not.toContain(SECRET);
  });

  test('tabs are told apart; what failed, what its run failed with and what one run alone did is nothing', async () => {
    const { run, send, mine, recipes } = await recipeRuns(db());
    const inTab = (tab_id: string, acts: readonly Act[]) => acts.map((act) => ({ ...act, context: { tab_id } }));
    const [one, two] = [inTab('1', BANNER), inTab('2', SEARCH)];
    const mixed = one.flatMap((act, at) => [act, two[at] ?? act]);
    const failing = [{ control: 'open' }, { control: 'lost' }, { control: 'gone', success: false }];
    for (let n = 0; n < 3; n += 1) {
      await send([
        ...run(mixed).items,
        ...run(failing).items,
        ...run([{ control: 'half' }, { control: 'way' }], { status: 'failed' }).items,
      ]);
      if (n === 0) await send(run([{ control: 'once' }, { control: 'only' }]).items);
      await mine();
    }
    expect((await recipes()).map(namesOf).toSorted()).toEqual([
      ['q', 'go', 'first'],
      ['settings', 'reject', 'save'],
    ]);
  });

  test('of a page with more controls than an answer takes the recipes come first', async () => {
    const { t, run, send, mine } = await recipeRuns(db());
    const many = Array.from({ length: MAX_LOOKUP_ELEMENTS * 3 + MAX_PAGE_RECIPES }, (_, n) => ({
      control: `control-${n}`,
      after: 100,
    }));
    await send(run([...BANNER, ...many]).items);
    for (const acts of [BANNER, BANNER]) await send(run(acts).items);
    await mine();
    const { body } = await t.send('POST', '/hints/lookup', { url: 'https://shop.example/' });
    expect(body.page_hints.map(namesOf)).toEqual([['settings', 'reject', 'save']]);
    expect(body.page_hints.length + body.element_hints.length).toBe(many.length);
  });

  test('tells how far to scroll until a control is used', async () => {
    const { run, send, mine, recipes } = await recipeRuns(db());
    for (const screens of [1, 2, 3, 4, 40]) {
      const scroll = (part: number) => ({ tool_name: 'dom.scroll', input_json: { from: 0, to: 1, screens: part } });
      // In two goes; back up to the top of a list.
      await send(run([scroll(screens / 2), scroll(screens / 2), { control: 'more' }]).items);
      await send(run([{ ...scroll(-screens), control: 'list' }, { control: 'sort' }]).items);
    }
    await mine();
    const told = await recipes();
    expect(told.map(namesOf).toSorted()).toEqual([
      ['', 'more'],
      ['list', 'sort'],
    ]);
    const scrolls = told.map(({ data }) => data.steps[0]?.scroll).toSorted((a, b) => (b?.p50 ?? 0) - (a?.p50 ?? 0));
    expect(told.map(({ data }) => data.shape)).toEqual(['scroll', 'scroll']);
    for (const [at, sign] of [1, -1].entries()) {
      expect(scrolls[at]).toMatchObject({ samples: 5 });
      expect(Math.abs((scrolls[at]?.p50 ?? 0) / (3 * sign) - 1)).toBeLessThan(0.1);
      expect(Math.abs((scrolls[at]?.p95 ?? 0) / (40 * sign) - 1)).toBeLessThan(0.1);
    }
  });

  test('what arrives late is counted once, and no run twice', async () => {
    const { run, send, mine, query } = await recipeRuns(db());
    const counts = () =>
      query<{ steps: number; run_ct: number; ok: number; bad: number }>(
        `select cardinality(r.control_keys) as steps, r.run_ct, sum(v.ok_ct)::int as ok, sum(v.bad_ct)::int as bad
         from recipes r join recipe_votes v using (project_id, recipe_id)
         where r.project_id = $1 group by r.project_id, r.recipe_id order by 1, 2`,
      );
    const parts = [run(BANNER, { voter: 'a' }), run(BANNER, { voter: 'b' })].map(({ run_id, items }) => ({
      run_id,
      first: items.slice(0, 2),
      last: items.slice(2, 3),
      end: items.slice(3),
    }));
    for (const { first, end } of parts) await send([...first, ...end]);
    await mine();
    expect(await counts()).toEqual([{ steps: 2, run_ct: 2, ok: 2, bad: 0 }]);
    for (const { first, last } of parts) await send([...first, ...last]);
    await mine();
    const all = [
      { steps: 2, run_ct: 2, ok: 2, bad: 0 },
      { steps: 2, run_ct: 2, ok: 2, bad: 0 },
      // Told of pairs that another run made before.
      { steps: 3, run_ct: 1, ok: 1, bad: 0 },
    ];
    expect(await counts()).toEqual(all);
    // The same calls again, and the first run doing it again when another one did: it is still one run.
    for (const { first, last } of parts) await send([...first, ...last]);
    await mine();
    expect(await counts()).toEqual(all);
    await send(run(BANNER, { voter: 'a', run_id: parts[0]?.run_id ?? '', from: 3 }).items);
    await mine();
    expect((await counts()).map(({ run_ct }) => run_ct)).toEqual([2, 2, 2]);
  });

  test('killed in any of its steps and run again, it counts nothing twice and skips nothing', async () => {
    const { t, run, send, mine, recipes, query } = await recipeRuns(db());
    const counted = () =>
      query<{ control_keys: string[]; run_ct: number; votes: number; scrolls: number | null }>(
        `select r.control_keys, r.run_ct, (select sum(ok_ct)::int from recipe_votes v where v.recipe_id = r.recipe_id) as votes,
           (select sum(scroll_ct)::int from recipe_scrolls s where s.recipe_id = r.recipe_id) as scrolls
         from recipes r where r.project_id = $1 order by 1`,
      );
    const acts = [...BANNER, { tool_name: 'dom.scroll', input_json: { screens: 2 } }, { control: 'more' }];
    const more = async () => {
      await send([...run(acts).items, ...run(acts).items]);
      await aggregateAll(t, db());
    };
    await more();
    await mine();
    const before = await counted();
    let died = 0;
    for (let kill = 1; kill < 12; kill += 1) {
      await more();
      let left = kill;
      const dying: Db = {
        ...db(),
        tx: (scope, fn) =>
          db().tx(scope, async (tx) => {
            const result = await fn(tx);
            // Before the commit, which then does not come.
            if (--left === 0) throw new Error('killed');
            return result;
          }),
      };
      const job = createRecipesJob({ policy: AT_ONCE, now: () => NOW, invalidate: async () => {}, storage: undefined });
      const context = { db: dying, log: SILENT, renew: async () => {}, signal: new AbortController().signal };
      await job.run(context).catch((error: Error) => {
        expect(error.message).toBe('killed');
        died += 1;
      });
      await mine();
      const runs = 2 * kill;
      const now = before.map((row) => ({
        ...row,
        run_ct: row.run_ct + runs,
        votes: row.votes + runs,
        scrolls: row.scrolls && row.scrolls + runs,
      }));
      expect([kill, await counted()]).toEqual([kill, now]);
    }
    expect(died).toBeGreaterThan(5);
    expect((await recipes()).map(namesOf)).toEqual([['settings', 'reject', 'save', '', 'more']]);
  });
});

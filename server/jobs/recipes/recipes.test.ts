import { expect, test } from 'vitest';
import { describeDatabases } from '../../testing/databases.ts';
import { type Act, fieldOf, namesOf, recipeRuns } from '../../testing/recipe_runs.ts';

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
});

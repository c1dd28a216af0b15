import { expect, test } from 'vitest';
import type { EraseReceipt } from '../../../shared/protocol/answers.ts';
import { RecipeData } from '../../../shared/protocol/schema.ts';
import { hashWords, parseHashKey } from '../../../shared/signature/hash.ts';
import { MAX_DATA_BYTES } from '../../recipes/limits.ts';
import { gunzip } from '../../retention/gzip.ts';
import { restoreMonth } from '../../retention/restore_month.ts';
import { describeDatabases } from '../../testing/databases.ts';
import type { Fields } from '../../testing/items.ts';
import { memoryBlobs } from '../../testing/memory_blobs.ts';
import { type Act, fieldOf, namesOf, recipeRuns } from '../../testing/recipe_runs.ts';

const PAIR: readonly Act[] = [{ control: 'filter' }, { control: 'apply' }];

describeDatabases('what is kept of recipes', (db) => {
  async function begin(changes: { retentionDays?: number; now?: () => number } = {}) {
    const stored = memoryBlobs();
    const r = await recipeRuns(db(), { stored, ...changes });
    const job = async (name: string) => {
      const { body } = await r.t.send('POST', `/internal/jobs/${name}`);
      expect(body).toMatchObject({ outcome: 'succeeded' });
      return body.detail;
    };
    const erase = async (subject: Fields): Promise<EraseReceipt['rows']> => {
      const { body } = await r.t.send('POST', '/v1/erase', subject);
      await job('erase');
      const done: EraseReceipt = (await r.t.send('GET', `/v1/erase/${body.erase_id}`)).body;
      expect(done).toMatchObject({ status: 'finished', error: null });
      return done.rows;
    };
    /** Rows of all tables that name the recipes of the project. */
    const rows = async () => {
      const all: Record<string, number> = {};
      for (const table of ['recipes', 'recipe_votes', 'recipe_scrolls', 'recipe_runs', 'hints'])
        all[table] = (await r.query(`select from ${table} where project_id = $1`)).length;
      return all;
    };
    return { ...r, stored, job, erase, rows };
  }

  test('what only one user did goes with them, what others did as well stays without them', async () => {
    const { run, send, mine, recipes, erase, query } = await begin();
    const session = (voter: string, user: string) => ({
      kind: 'session',
      session_id: `session of ${voter}`,
      user_hash: user.repeat(8),
      started_at: '2026-06-15T11:00:00Z',
    });
    await send([session('ana', 'aa'), session('ben', 'bb')]);
    const own: readonly Act[] = [
      { control: 'name', tool_name: 'dom.type', identity: fieldOf('name') },
      { control: 'ok' },
    ];
    const runs = [
      ...['ana', 'ana', 'ben'].map((voter) => run([...PAIR, { control: 'far', after: 100 }], { voter })),
      ...['ana', 'ana', 'cleo'].map((voter) => run(own, { voter })),
    ];
    for (const { items } of runs) await send(items);
    await mine();
    expect((await recipes()).map(namesOf).toSorted()).toEqual([
      ['filter', 'apply'],
      ['name', 'ok'],
    ]);
    const known = async () => JSON.stringify(await query('select last_runs from recipes where project_id = $1'));
    expect(await erase({ session_id: 'session of cleo' })).toMatchObject({
      recipe_votes: 1,
      recipe_runs: 1,
      recipes: 0,
    });
    expect(await erase({ user_hash: 'aa'.repeat(8) })).toMatchObject({ recipes: 1, recipe_votes: 2, recipe_runs: 4 });
    expect((await recipes()).map(namesOf)).toEqual([['filter', 'apply']]);
    const left = await known();
    expect(runs.map(({ run_id }) => left.includes(run_id))).toEqual([false, false, true, false, false, false]);
    await erase({ session_id: 'session of ben' });
    expect(await recipes()).toEqual([]);
  });

  test('with a domain go its recipes, those of other domains that lead there, and their files', async () => {
    const { t, run, send, mine, recipes, erase, stored, job, query } = await begin();
    const [project] = await query<{ text_key: string }>('select text_key from projects where project_id = $1');
    const words = (name: string) =>
      hashWords(parseHashKey(project?.text_key ?? ''), Array.from({ length: 24 }, (_, n) => `${name}${n}`).join(' '));
    /** Twelve steps of which much is known: more than a hint takes. */
    const long: readonly Act[] = Array.from({ length: 12 }, (_, n) => ({
      control: `step-${n}`,
      identity: {
        tag: 'button',
        near_words: words(`near${n}`),
        heading_words: words(`heading${n}`),
        path: 'div>'.repeat(40),
      },
    }));
    const elsewhere = {
      url_norm: 'https://other.example/',
      domain: 'other.example',
      dom_fingerprint_hash: '00000000000000aa',
    };
    const leading: readonly Act[] = [{ control: 'out', page_signature: elsewhere }, { control: 'back' }];
    for (let n = 0; n < 3; n += 1) await send([...run(long).items, ...run(leading).items]);
    await mine();
    const [told] = await recipes();
    expect(told?.data).toMatchObject({ shortened: true, steps: { length: 12 } });
    expect(JSON.stringify(told?.data).length).toBeLessThanOrEqual(MAX_DATA_BYTES);

    // The whole of it is in Storage, under the path on record.
    const [{ path = '' } = {}] = await query<{ path: string }>(
      'select hint_blob_path as path from hints where project_id = $1 and hint_blob_path is not null',
    );
    expect(stored.paths()).toEqual([path]);
    expect(path).toMatch(new RegExp(`^logs/${t.projectId}/hint/${told?.data.recipe}-1-[0-9a-f]{64}\\.json\\.gz$`));
    const bytes = await stored.read('logs', path.slice(5));
    const whole = RecipeData.parse(JSON.parse(await gunzip(bytes ?? new Uint8Array())));
    expect(JSON.stringify(whole).length).toBeGreaterThan(MAX_DATA_BYTES);
    expect(whole.steps.map(({ control }) => control?.identity.near_words)).toEqual(
      long.map(({ identity }) => (identity as Fields).near_words),
    );
    expect(whole.steps.map(({ control }) => control?.selector)).toEqual(
      told?.data.steps.map(({ control }) => control?.selector),
    );
    stored.put(path, 'x', new Date(Date.UTC(2020, 1, 1)));
    stored.put(path.replace('-1-', '-2-'), 'x', new Date(Date.UTC(2020, 1, 1)));
    expect(await job('orphan_uploads')).toMatchObject({ hints: 1 });
    expect(stored.paths()).toEqual([path]);

    const leadsThere = async () => {
      const { body } = await t.send('POST', '/hints/lookup', { url: 'https://other.example/' });
      return body.page_hints.length;
    };
    expect(await leadsThere()).toBe(1);
    await erase({ domain: 'shop.example' });
    expect([await recipes(), await leadsThere(), stored.paths()]).toEqual([[], 0, []]);
    expect(await query('select from recipes where project_id = $1')).toEqual([]);
  });

  test('stay when calls are archived; what is restored, or told again, is not counted again', async () => {
    const { run, send, mine, recipes, rows, stored, job, query } = await begin({
      retentionDays: 30,
      now: () => Date.now(),
    });
    const [a, b] = [run(PAIR), run(PAIR)];
    await send([...a.items, ...b.items]);
    await mine();
    const all = async () => [
      await recipes(),
      await rows(),
      await query('select * from recipe_votes where project_id = $1'),
    ];
    const before = await all();
    expect(before[0]).toHaveLength(1);
    expect(await job('retention')).toMatchObject({ months_archived: 1 });
    expect(await query('select from tool_calls where project_id = $1')).toEqual([]);
    await mine();
    expect(await all()).toEqual(before);
    expect(await restoreMonth(db(), stored, '2026-06-01', 1)).toBeGreaterThan(0);
    await send(b.items);
    await mine();
    expect(await all()).toEqual(before);
  });
});

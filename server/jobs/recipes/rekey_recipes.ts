import type { Tx } from '../../db/db.ts';
import { controlKey, type Form, type StepDetails, sequenceKeys, stepKey } from '../../recipes/keys.ts';
import { KNOWN_RUNS } from '../../recipes/limits.ts';
import { othersThan } from './count_sequences.ts';
import { readForms } from './read_calls.ts';

interface Row {
  readonly recipe_id: string;
  readonly key: string;
  readonly steps: readonly (StepDetails & { readonly page_key: string | null; readonly form: Form | null })[];
}

/** The recipes that are done on pages; of states that are given by their ids. */
export async function recipesOnPages(tx: Tx, projectId: string, pageSigIds: readonly string[]): Promise<string[]> {
  const rows = await tx.query<{ recipe_id: string }>(
    `select recipe_id::text from recipes where project_id = $1 and key is not null and page_sig_ids && $2::bigint[]
     order by recipe_id`,
    [projectId, pageSigIds],
  );
  return rows.map(({ recipe_id }) => recipe_id);
}

/**
 * Keys recipes anew by what pages and controls are known by now. Those that are the same then are one: the oldest, with all votes.
 * Answers the recipes that changed.
 */
export async function rekeyRecipes(tx: Tx, projectId: string, recipeIds: readonly string[]): Promise<string[]> {
  if (recipeIds.length === 0) return [];
  const rows = await readRows(tx, projectId, recipeIds);
  const forms = await readForms(
    tx,
    projectId,
    rows.flatMap(({ steps }) => steps.flatMap(({ page_key }) => page_key ?? [])),
  );
  const changed: string[] = [];
  const gone = new Set<string>();
  for (const { recipe_id, key: before, steps } of rows) {
    // Where a page is gone the recipe is, too.
    if (gone.has(recipe_id) || steps.some(({ page_key }) => page_key === null)) continue;
    const controls = steps.map(({ page_key, form }) =>
      controlKey(page_key ?? '', form ? forms.first(page_key ?? '', form) : undefined),
    );
    const keys = sequenceKeys(steps.map((step, at) => stepKey(controls[at] ?? '', step)));
    if (keys.key === before) continue;
    const other = await otherWith(tx, projectId, recipe_id, keys.key);
    const [stays = '', goes] = [recipe_id, ...other].toSorted((a, b) => Number(a) - Number(b));
    changed.push(recipe_id, ...other);
    if (goes !== undefined) {
      gone.add(goes);
      await merge(tx, projectId, stays, goes);
    }
    await tx.query(
      `update recipes set key = $3, prefix_key = $4, suffix_key = $5, control_keys = $6
       where project_id = $1 and recipe_id = $2`,
      [projectId, stays, keys.key, keys.prefix_key, keys.suffix_key, controls],
    );
  }
  return changed;
}

/** The recipe that has a key already, if there is one. */
async function otherWith(tx: Tx, projectId: string, recipeId: string, key: string): Promise<string[]> {
  const rows = await tx.query<{ recipe_id: string }>(
    'select recipe_id::text from recipes where project_id = $1 and key = $2 and recipe_id <> $3',
    [projectId, key, recipeId],
  );
  return rows.map(({ recipe_id }) => recipe_id);
}

/** Moves all that is known of one recipe to another, which stands for both. */
async function merge(tx: Tx, projectId: string, stays: string, goes: string): Promise<void> {
  const both = [projectId, stays, goes];
  await tx.query('update recipes set key = null where project_id = $1 and recipe_id = $2', [projectId, goes]);
  await tx.query(
    `update recipes r set run_ct = r.run_ct + o.run_ct - cardinality(o.last_runs) + ${othersThan('o', 'r', 'count(*)::int')},
       last_runs = (r.last_runs || array${othersThan('o', 'r', 'run')})[1:${KNOWN_RUNS}], last_success_at = greatest(r.last_success_at, o.last_success_at),
       counted_at = greatest(r.counted_at, o.counted_at)
     from recipes o
     where r.project_id = $1 and r.recipe_id = $2 and o.project_id = $1 and o.recipe_id = $3`,
    both,
  );
  await tx.query(
    `with moved as (
       delete from recipe_votes where project_id = $1 and recipe_id = $3 returning voter, day, key_no, ok_ct, bad_ct
     )
     insert into recipe_votes as v (project_id, recipe_id, voter, day, key_no, ok_ct, bad_ct)
     select $1, $2, voter, day, key_no, ok_ct, bad_ct from moved
     on conflict (project_id, recipe_id, voter, day, key_no) do update set
       ok_ct = v.ok_ct + excluded.ok_ct, bad_ct = v.bad_ct + excluded.bad_ct`,
    both,
  );
  await tx.query(
    `with moved as (
       delete from recipe_scrolls where project_id = $1 and recipe_id = $3 returning place, bucket, scroll_ct
     )
     insert into recipe_scrolls as s (project_id, recipe_id, place, bucket, scroll_ct)
     select $1, $2, place, bucket, scroll_ct from moved
     on conflict (project_id, recipe_id, place, bucket) do update set scroll_ct = s.scroll_ct + excluded.scroll_ct`,
    both,
  );
}

const readRows = (tx: Tx, projectId: string, recipeIds: readonly string[]): Promise<Row[]> =>
  tx.query<Row>(
    `select r.recipe_id::text, r.key,
       (select jsonb_agg(r.details -> (s.n::int - 1) || jsonb_build_object('page_key', coalesce(g.page_key, g.url_norm),
          'form', case when e.elem_sig_id is not null then jsonb_build_object(
            'selector_norm', e.selector_norm, 'attr_fingerprint_hash', e.attr_fingerprint_hash) end) order by s.n)
        from unnest(r.page_sig_ids, r.elem_sig_ids) with ordinality as s(page, elem, n)
        left join page_signatures g on g.project_id = $1 and g.page_sig_id = s.page
        left join element_signatures e on e.project_id = $1 and e.elem_sig_id = s.elem) as steps
     from recipes r where r.project_id = $1 and r.recipe_id = any($2::bigint[]) and r.key is not null
     order by r.recipe_id`,
    [projectId, recipeIds],
  );

import type { Tx } from '../../db/db.ts';
import { MIN_RUNS } from '../../recipes/limits.ts';

/** One that nearly as many runs made holds all that a shorter one tells. */
const NEARLY = 0.8;

/** SQL of the recipes that hold a recipe `r` and a step before or after it. */
const LONGER = `(
  select l.recipe_id, l.run_ct from recipes l
  where l.project_id = r.project_id and l.prefix_key = r.key and l.details -> -1 ->> 'scroll' is null
  union all
  select l.recipe_id, l.run_ct from recipes l where l.project_id = r.project_id and l.suffix_key = r.key
  union all
  -- No recipe ends with a scroll.
  select l.recipe_id, l.run_ct from recipes s join recipes l on l.project_id = s.project_id and l.prefix_key = s.key
  where s.project_id = r.project_id and s.prefix_key = r.key and s.details -> -1 ->> 'scroll' is not null
) l`;

const isNearly = (longer: string, shorter: string): string =>
  `${longer} + (cardinality(r.control_keys) = 2)::int >= ${shorter} * ${NEARLY}`;
const votesFor = (recipe: string): string => `(
  select count(distinct (v.voter, v.day)) from recipe_votes v
  where v.project_id = r.project_id and v.recipe_id = ${recipe}.recipe_id and v.ok_ct > v.bad_ct)`;

/**
 * Pairs are counted from the first run on, what is longer from the second. By votes as well: one who makes a longer one again and again
 * would keep from others what they made.
 */
const IS_NEARLY = `${isNearly('l.run_ct', 'r.run_ct')} and ${isNearly(votesFor('l'), votesFor('r'))}`;

/** SQL of whether a recipe `r` stands in a longer one that is served to all. */
export const IS_HELD = `exists (
  select from ${LONGER}
  join hints s on s.project_id = r.project_id and s.recipe_id = l.recipe_id and s.state = 'active' and s.superseded_at is null
  where ${IS_NEARLY})`;

/**
 * Of recipes those that have hints, or may get some: enough runs made them, a control is used last, and no longer one has nearly as
 * many runs.
 */
export async function worthTelling(tx: Tx, projectId: string, recipeIds: readonly string[]): Promise<string[]> {
  if (recipeIds.length === 0) return [];
  const rows = await tx.query<{ recipe_id: string }>(
    `select r.recipe_id::text from recipes r
     where r.project_id = $1 and r.recipe_id = any($2::bigint[])
       and (
         exists (select from hints h where h.project_id = r.project_id and h.recipe_id = r.recipe_id)
         or (r.run_ct >= ${MIN_RUNS} and r.details -> -1 ->> 'scroll' is null
           and not exists (select from ${LONGER} where ${IS_NEARLY})))
     order by r.recipe_id`,
    [projectId, [...new Set(recipeIds)]],
  );
  return rows.map(({ recipe_id }) => recipe_id);
}

import type { Tx } from '../../db/db.ts';
import { MIN_RUNS } from '../../recipes/limits.ts';

/** One that nearly as many runs made holds all that a shorter one tells. */
const NEARLY = 0.8;

/**
 * Of recipes those that have hints, or may get some: enough runs made them, a control is used last, and no longer one, by a step
 * before or after, has nearly as many runs.
 */
export async function worthTelling(tx: Tx, projectId: string, recipeIds: readonly string[]): Promise<string[]> {
  if (recipeIds.length === 0) return [];
  const rows = await tx.query<{ recipe_id: string }>(
    `select r.recipe_id::text from recipes r
     where r.project_id = $1 and r.recipe_id = any($2::bigint[])
       and (
         exists (select from hints h where h.project_id = r.project_id and h.recipe_id = r.recipe_id)
         or (r.run_ct >= ${MIN_RUNS} and r.details -> -1 ->> 'scroll' is null
           and not exists (
             select from recipes l where l.project_id = r.project_id and l.prefix_key = r.key and ${isNearly('l')}
               and l.details -> -1 ->> 'scroll' is null)
           and not exists (
             select from recipes l where l.project_id = r.project_id and l.suffix_key = r.key and ${isNearly('l')})))
     order by r.recipe_id`,
    [projectId, [...new Set(recipeIds)]],
  );
  return rows.map(({ recipe_id }) => recipe_id);
}

/** Pairs are counted from the first run on, what is longer from the second. */
const isNearly = (longer: string): string =>
  `${longer}.run_ct + (cardinality(r.control_keys) = 2)::int >= r.run_ct * ${NEARLY}`;

/** SQL of whether a recipe `r` stands in a longer one that is served to all. */
export const IS_HELD = `exists (
  select from recipes l
  join hints s on s.project_id = l.project_id and s.recipe_id = l.recipe_id and s.state = 'active' and s.superseded_at is null
  where l.project_id = r.project_id and (l.prefix_key = r.key or l.suffix_key = r.key) and ${isNearly('l')})`;

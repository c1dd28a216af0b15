import type { Tx } from '../db/db.ts';
import type { Erased } from './erased.ts';

/**
 * Erases recipes with their hints: those that `where` selects from recipes `r`. $1 is the project.
 */
export async function eraseRecipes(
  tx: Tx,
  where: string,
  params: Parameters<Tx['query']>[1] & object,
): Promise<Erased> {
  const [row] = await tx.query<{ recipes: number; hints: number; exposures: number; pages: string[]; paths: string[] }>(
    `with gone as materialized (select r.recipe_id from recipes r where r.project_id = $1 and ${where}
     ), told as (
       delete from hints h using gone g where h.project_id = $1 and h.recipe_id = g.recipe_id
       returning h.id, h.url_norm, h.hint_blob_path
     ), exposed as (
       delete from hint_exposures x using told t where x.project_id = $1 and x.hint_id = t.id returning 1
     ), recipes_gone as (
       delete from recipes r using gone g where r.project_id = $1 and r.recipe_id = g.recipe_id returning 1
     )
     select (select count(*)::int from recipes_gone) as recipes, (select count(*)::int from told) as hints,
       (select count(*)::int from exposed) as exposures,
       (select coalesce(jsonb_agg(distinct url_norm), '[]') from told) as pages,
       (select coalesce(jsonb_agg(hint_blob_path), '[]') from told where hint_blob_path is not null) as paths`,
    params,
  );
  const { recipes = 0, hints = 0, exposures = 0, pages = [], paths = [] } = row ?? {};
  return { rows: { recipes, hints, hint_exposures: exposures }, storagePaths: paths, runIds: [], pages };
}

import type { Tx } from '../db/db.ts';
import { publishHints, type Releasing } from '../jobs/aggregate/publish_hints.ts';
import type { Cause } from '../jobs/aggregate/release_hints.ts';
import type { TouchedElement } from '../jobs/aggregate/touched.ts';
import { publishRecipes } from '../jobs/recipes/publish_recipes.ts';
import { recipesOnPages, rekeyRecipes } from '../jobs/recipes/rekey_recipes.ts';
import { worthTelling } from '../jobs/recipes/worth_telling.ts';

/** Brings the hints of all elements of pages up to what they are joined with now. */
export async function republish(
  tx: Tx,
  projectId: string,
  pageSigIds: readonly string[],
  releasing: Releasing,
  cause: Cause,
) {
  const touched = await tx.query<TouchedElement>(
    `select distinct s.project_id, s.elem_sig_id from hint_stats s
     where s.project_id = $1 and s.page_sig_id = any($2::bigint[]) and s.elem_sig_id is not null`,
    [projectId, pageSigIds],
  );
  const changed = await rekeyRecipes(tx, projectId, await recipesOnPages(tx, projectId, pageSigIds));
  const published = await publishHints(tx, touched, releasing, cause);
  // What is stored shortened is kept whole by the job.
  await publishRecipes(tx, projectId, await worthTelling(tx, projectId, changed), releasing, cause, undefined);
  return published;
}

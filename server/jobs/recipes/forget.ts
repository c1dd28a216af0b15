import type { Tx } from '../../db/db.ts';

/** What was never told and not seen again for so long is forgotten. */
const FORGET = `interval '30 days'`;
const CHUNK = 500;

/** Removes some of the sequences that nothing came of; answers how many. */
export async function forgetSome(tx: Tx): Promise<number> {
  const rows = await tx.query(
    `delete from recipes where (project_id, recipe_id) in (
       select r.project_id, r.recipe_id from recipes r
       where r.counted_at < now() - ${FORGET}
         and not exists (select from hints h where h.project_id = r.project_id and h.recipe_id = r.recipe_id)
       order by r.counted_at limit ${CHUNK})
     returning recipe_id`,
  );
  return rows.length;
}

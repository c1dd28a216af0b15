import type { Tx } from '../../db/db.ts';
import type { Chunk } from '../aggregate/watermark.ts';

export interface TouchedRecipe {
  readonly project_id: string;
  readonly recipe_id: string;
}

/**
 * Adds what pages reported of recipes (events `hint.outcome`) to the votes on their versions: `found` where all of it was done, any
 * other outcome where not. The day is this server's.
 */
export const foldReports = (tx: Tx, { after, upTo }: Chunk): Promise<TouchedRecipe[]> =>
  tx.query<TouchedRecipe>(
    `with reports as materialized (
       select e.project_id, h.id as hint_id, h.recipe_id, coalesce(e.instance_id, e.run_id::text, '') as voter,
         (e.ingested_at at time zone 'UTC')::date as day, e.data ->> 'outcome' = 'found' as ok,
         coalesce(e.key_no, 0) as key_no
       from events e join hints h on h.project_id = e.project_id
         and h.id = case when e.data ->> 'hint_id' ~ '^[0-9]{1,18}$' then (e.data ->> 'hint_id')::bigint end
       where e.ingested_xid > $1::xid8 and e.ingested_xid <= $2::xid8 and e.name = 'hint.outcome' and h.recipe_id is not null
         and e.data ->> 'outcome' in ('found', 'not_found', 'ambiguous', 'identity_mismatch', 'wrong')
     ), written as (
       insert into hint_votes as v (project_id, hint_id, selector, voter, day, key_no, found_ct, missed_ct)
       select project_id, hint_id, '', voter, day, key_no, count(*) filter (where ok), count(*) filter (where not ok)
       from reports group by project_id, hint_id, voter, day, key_no order by project_id, hint_id, voter, day, key_no
       on conflict (project_id, hint_id, selector, voter, day, key_no) do update set
         found_ct = v.found_ct + excluded.found_ct, missed_ct = v.missed_ct + excluded.missed_ct
     )
     select distinct project_id, recipe_id::text from reports`,
    [after, upTo],
  );

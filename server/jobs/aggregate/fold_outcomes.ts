import type { Tx } from '../../db/db.ts';
import type { TouchedElement } from './touched.ts';
import type { Chunk } from './watermark.ts';

/**
 * Adds what pages reported of hints (events `hint.outcome`, data `{hint_id, outcome, selector?}`) to the votes on their selectors;
 * answers the elements. Found by another of the hint's selectors, the first one missed. `page_mismatch` says nothing about
 * selectors, and a selector that the hint does not have counts nowhere: clients cannot add any. The day is this server's: a
 * client's clock could spread one day over many. Whether a control of a domain was found on another page than the hint's (data
 * `{scope: 'domain'}`) says nothing about the hint's own, unless it was the wrong one.
 */
export function foldOutcomes(tx: Tx, { after, upTo }: Chunk): Promise<TouchedElement[]> {
  return tx.query<TouchedElement>(
    `with reports as materialized (
       select e.project_id, h.id as hint_id, h.elem_sig_id, h.hint_data, h.hint_data ->> 'selector' as first_choice,
         e.data ->> 'outcome' as outcome, coalesce(e.data ->> 'selector', h.hint_data ->> 'selector') as selector,
         coalesce(e.instance_id, e.run_id::text, '') as voter, (e.ingested_at at time zone 'UTC')::date as day,
         coalesce(e.key_no, 0) as key_no
       from events e join hints h on h.project_id = e.project_id
         and h.id = case when e.data ->> 'hint_id' ~ '^[0-9]{1,18}$' then (e.data ->> 'hint_id')::bigint end
       where e.ingested_xid > $1::xid8 and e.ingested_xid <= $2::xid8 and e.name = 'hint.outcome'
         and h.hint_type = 'best_selector' and h.elem_sig_id is not null
         and (e.data ->> 'scope' is distinct from 'domain' or e.data ->> 'outcome' = 'wrong')
     ), votes as (
       select project_id, hint_id, elem_sig_id, selector, voter, day, key_no, true as found from reports
       where outcome = 'found' and (selector = first_choice
         or hint_data -> 'alternatives' @> jsonb_build_array(jsonb_build_object('selector', selector)))
       union all
       select project_id, hint_id, elem_sig_id, first_choice, voter, day, key_no, false from reports
       where outcome in ('not_found', 'ambiguous', 'identity_mismatch', 'wrong')
         or (outcome = 'found' and selector <> first_choice)
     ), written as (
       insert into hint_votes as v (project_id, hint_id, selector, voter, day, key_no, found_ct, missed_ct)
       select project_id, hint_id, selector, voter, day, key_no, count(*) filter (where found), count(*) filter (where not found)
       from votes group by project_id, hint_id, selector, voter, day, key_no
       order by project_id, hint_id, selector, voter, day, key_no
       on conflict (project_id, hint_id, selector, voter, day, key_no) do update set
         found_ct = v.found_ct + excluded.found_ct, missed_ct = v.missed_ct + excluded.missed_ct
     )
     select distinct project_id, elem_sig_id from votes`,
    [after, upTo],
  );
}

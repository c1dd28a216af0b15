import type { Tx } from '../../db/db.ts';
import type { TouchedElement } from './fold_calls.ts';
import type { Chunk } from './watermark.ts';

/**
 * Adds what pages reported of hints (events `hint.outcome`, data `{hint_id, outcome, selector?}`) to the statistics of
 * selectors; answers the elements. Found by another of the hint's selectors, the first one missed. `page_mismatch` says
 * nothing about selectors, and a selector that the hint does not have counts nowhere: clients cannot add any.
 */
export function foldOutcomes(tx: Tx, { after, upTo }: Chunk): Promise<TouchedElement[]> {
  return tx.query<TouchedElement>(
    `with reports as materialized (
       select e.project_id, h.elem_sig_id, h.hint_data, h.hint_data ->> 'selector' as first_choice,
         e.data ->> 'outcome' as outcome, coalesce(e.data ->> 'selector', h.hint_data ->> 'selector') as selector
       from events e join hints h on h.project_id = e.project_id
         and h.id = case when e.data ->> 'hint_id' ~ '^[0-9]{1,18}$' then (e.data ->> 'hint_id')::bigint end
       where e.ingested_xid > $1::xid8 and e.ingested_xid <= $2::xid8 and e.name = 'hint.outcome'
         and h.hint_type = 'best_selector' and h.elem_sig_id is not null
     ), votes as (
       select project_id, elem_sig_id, selector, true as found from reports
       where outcome = 'found' and (selector = first_choice
         or hint_data -> 'alternatives' @> jsonb_build_array(jsonb_build_object('selector', selector)))
       union all
       select project_id, elem_sig_id, first_choice, false from reports
       where outcome in ('not_found', 'ambiguous', 'identity_mismatch')
         or (outcome = 'found' and selector <> first_choice)
     ), written as (
       insert into hint_selector_stats as s (project_id, elem_sig_id, selector, found_ct, missed_ct)
       select project_id, elem_sig_id, selector, count(*) filter (where found), count(*) filter (where not found)
       from votes group by project_id, elem_sig_id, selector order by project_id, elem_sig_id, selector
       on conflict (project_id, elem_sig_id, selector) do update set
         found_ct = s.found_ct + excluded.found_ct,
         missed_ct = s.missed_ct + excluded.missed_ct,
         updated_at = now()
       returning project_id, elem_sig_id
     )
     select distinct project_id, elem_sig_id from written`,
    [after, upTo],
  );
}

import type { Tx } from '../../db/db.ts';
import type { Chunk } from '../aggregate/watermark.ts';
import { HINT_OF_EVENT, type Source, TOUCHED } from './touched.ts';

/** How far the clocks of clients and servers may be apart: a call follows the lookup that it needed by less. */
const CLOCKS_APART_MS = 2_000;

/**
 * Puts down how runs fared with the controls that their exposures are about: the first call after the exposure on the control, in
 * any of its forms and on any state of its page (for a hint about no control: the first call on the page), and what pages reported.
 * Reads all of the run again, so that it does not matter what was told first. Answers how many exposures changed.
 */
export async function joinOutcomes(tx: Tx, source: Source, { after, upTo }: Chunk): Promise<number> {
  const [row] = await tx.query<{ changed: number }>(
    `with recursive exposed as materialized (
       select x.project_id, x.run_id, x.hint_id, x.exposed_at, h.url_norm as page_key, h.elem_sig_id
       from (${TOUCHED[source]}) t
       join hint_exposures x on x.project_id = t.project_id and x.run_id = t.run_id and x.hint_id = t.hint_id
       join hints h on h.project_id = x.project_id and h.id = x.hint_id
     ), forms as (
       select x.project_id, x.hint_id, x.page_key, e.selector_norm, e.attr_fingerprint_hash
       from (select distinct project_id, hint_id, page_key, elem_sig_id from exposed) x
       join element_signatures e on e.project_id = x.project_id and e.elem_sig_id = x.elem_sig_id
       union
       select f.project_id, f.hint_id, f.page_key, j.selector, j.fingerprint
       from forms f cross join lateral (
         select to_selector as selector, to_fingerprint as fingerprint from element_joins
         where project_id = f.project_id and page_key = f.page_key and undone_at is null
           and from_selector = f.selector_norm and from_fingerprint = f.attr_fingerprint_hash
         union all
         select from_selector, from_fingerprint from element_joins
         where project_id = f.project_id and page_key = f.page_key and undone_at is null
           and to_selector = f.selector_norm and to_fingerprint = f.attr_fingerprint_hash
       ) j
     ), calls as materialized (
       select c.project_id, c.run_id, c.seq, c.started_at, coalesce(c.ended_at, c.started_at) as ended_at, c.success,
         coalesce(p.page_key, p.url_norm) as page_key, e.selector_norm, e.attr_fingerprint_hash
       from (select distinct project_id, run_id from exposed) r
       join tool_call_ledger l on l.project_id = r.project_id and l.run_id = r.run_id
       join tool_calls c on c.project_id = l.project_id and c.call_id = l.call_id and c.started_at = l.started_at
       left join page_signatures p on p.project_id = c.project_id and p.page_sig_id = c.page_sig_id
       left join element_signatures e on e.project_id = c.project_id and e.elem_sig_id = c.elem_sig_id
     ), used as materialized (
       select x.project_id, x.run_id, x.hint_id, x.exposed_at, min(c.started_at) as called_at,
         (array_agg(c.seq order by c.started_at, c.seq))[1] as seq,
         (array_agg(c.success order by c.started_at, c.seq))[1] as success,
         (array_agg(c.ended_at order by c.started_at, c.seq) filter (where c.success))[1] as succeeded_at
       from exposed x
       join calls c on c.project_id = x.project_id and c.run_id = x.run_id and c.page_key = x.page_key
         and c.success is not null and c.started_at >= x.exposed_at - interval '${CLOCKS_APART_MS} ms'
       where x.elem_sig_id is null or exists (
         select from forms f where f.project_id = x.project_id and f.hint_id = x.hint_id
           and f.selector_norm = c.selector_norm and f.attr_fingerprint_hash = c.attr_fingerprint_hash)
       group by x.project_id, x.run_id, x.hint_id, x.exposed_at
     ), timed as materialized (
       select u.*, least(2147483647, greatest(0, round(1000 * extract(epoch from u.succeeded_at - greatest(u.exposed_at, (
         select max(c.ended_at) from calls c
         where c.project_id = u.project_id and c.run_id = u.run_id
           and (c.started_at, c.seq) < (u.called_at, u.seq)))))))::int as elapsed_ms
       from used u
     ), reported as materialized (
       select x.project_id, x.run_id, x.hint_id,
         bool_or(e.data ->> 'outcome' = 'found') filter (where e.data ->> 'outcome' <> 'wrong') as verified,
         bool_or(e.data ->> 'acted' = 'true') as acted, bool_or(e.data ->> 'outcome' = 'wrong') as wrong
       from exposed x
       join events e on e.project_id = x.project_id and e.run_id = x.run_id and e.name = 'hint.outcome'
         and ${HINT_OF_EVENT} = x.hint_id
       group by x.project_id, x.run_id, x.hint_id
     ), outcomes as (
       -- What is not found any more was erased or archived since: what it led to stays.
       select o.project_id, o.run_id, o.hint_id, coalesce(t.called_at, o.called_at) as called_at,
         case when t.called_at is null then o.success else t.success end as success,
         case when t.called_at is null then o.elapsed_ms
           when t.succeeded_at is not null then t.elapsed_ms end as elapsed_ms,
         coalesce(r.verified, o.verified) as verified, o.acted or coalesce(r.acted, false) as acted,
         o.reported_wrong or coalesce(r.wrong, false) as reported_wrong
       from exposed x
       join hint_exposures o using (project_id, run_id, hint_id)
       left join timed t using (project_id, run_id, hint_id)
       left join reported r using (project_id, run_id, hint_id)
     ), changed as (
       update hint_exposures x set called_at = o.called_at, success = o.success, elapsed_ms = o.elapsed_ms,
         verified = o.verified, acted = o.acted, reported_wrong = o.reported_wrong
       from outcomes o
       where x.project_id = o.project_id and x.run_id = o.run_id and x.hint_id = o.hint_id
         and (x.called_at, x.success, x.elapsed_ms, x.verified, x.acted, x.reported_wrong)
           is distinct from (o.called_at, o.success, o.elapsed_ms, o.verified, o.acted, o.reported_wrong)
       returning 1
     )
     select count(*)::int as changed from changed`,
    [after, upTo],
  );
  return row?.changed ?? 0;
}

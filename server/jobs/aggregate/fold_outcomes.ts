import { MAX_SELECTOR_CHARS } from '../../../shared/protocol/limits.ts';
import { plainArray } from '../../db/array.ts';
import type { Tx } from '../../db/db.ts';
import type { ReleasePolicy } from '../../hints/release.ts';
import type { TouchedElement } from './touched.ts';
import type { Chunk } from './watermark.ts';

/** From this probability on a control that was found in another form is taken for the same. */
const JOIN_CONFIDENCE = 0.9;

/** Of the instances and keys that told of a join so many are kept: enough to see that it was not one alone. */
const MAX_TELLERS = 8;

/** SQL of the list of both, each once. */
const merged = (a: string, b: string): string =>
  `array(select distinct each from unnest(${a} || ${b}) as u(each) order by each limit ${MAX_TELLERS})`;

/**
 * Joins the forms of controls that pages found again in a changed form (data `{changed_to: {selector_norm,
 * attr_fingerprint_hash}, confidence}`), once two instances told of it, where the project has two, and as many API keys as must agree,
 * where as many used the control. A join that an operator undid stays undone.
 */
export async function foldJoins(
  tx: Tx,
  { after, upTo }: Chunk,
  { minKeys }: Pick<ReleasePolicy, 'minKeys'>,
): Promise<void> {
  const told = await tx.query<{ id: string }>(
    `with told as (
       select e.project_id, h.url_norm as page_key, f.selector_norm as from_selector,
         f.attr_fingerprint_hash as from_fingerprint, e.data -> 'changed_to' ->> 'selector_norm' as to_selector,
         e.data -> 'changed_to' ->> 'attr_fingerprint_hash' as to_fingerprint, e.occurred_at,
         hashtext(coalesce(e.instance_id, e.run_id::text, '')) as voter, e.key_no
       from events e join hints h on h.project_id = e.project_id
         and h.id = case when e.data ->> 'hint_id' ~ '^[0-9]{1,18}$' then (e.data ->> 'hint_id')::bigint end
       join element_signatures f on f.project_id = h.project_id and f.elem_sig_id = h.elem_sig_id
       where e.ingested_xid > $1::xid8 and e.ingested_xid <= $2::xid8 and e.name = 'hint.outcome'
         and e.data ->> 'outcome' = 'found' and e.data -> 'changed_to' is not null
         and e.data ->> 'scope' is distinct from 'domain'
         and case when jsonb_typeof(e.data -> 'confidence') = 'number' then (e.data ->> 'confidence')::numeric end >= $3
     )
     insert into element_joins as j (project_id, page_key, from_selector, from_fingerprint, to_selector, to_fingerprint,
       report_ct, first_at, last_at, voters, keys)
     select project_id, page_key, from_selector, from_fingerprint, to_selector, to_fingerprint, count(*),
       min(occurred_at), max(occurred_at), (array_agg(distinct voter))[:${MAX_TELLERS}],
       coalesce((array_agg(distinct key_no) filter (where key_no > 0))[:${MAX_TELLERS}], '{}')
     from told
     where length(to_selector) between 1 and ${MAX_SELECTOR_CHARS} and to_fingerprint ~ '^[0-9a-f]{16,64}$'
       and (to_selector, to_fingerprint) <> (from_selector, from_fingerprint)
     group by project_id, page_key, from_selector, from_fingerprint, to_selector, to_fingerprint
     order by project_id, page_key, from_selector, from_fingerprint, to_selector, to_fingerprint
     on conflict on constraint element_joins_forms do update set
       report_ct = j.report_ct + excluded.report_ct, last_at = greatest(j.last_at, excluded.last_at),
       voters = ${merged('j.voters', 'excluded.voters')}, keys = ${merged('j.keys', 'excluded.keys')}
     returning case when held_at is null and undone_at is null then id::text end as id`,
    [after, upTo, JOIN_CONFIDENCE],
  );
  const open = told.flatMap(({ id }) => id ?? []);
  if (open.length > 0) await holdJoins(tx, open, minKeys);
}

/** The jobs that follow joins see a change of them by their transaction. */
const holdJoins = (tx: Tx, ids: readonly string[], minKeys: number): Promise<unknown> =>
  tx.query(
    `update element_joins j set held_at = now(), ingested_xid = pg_current_xact_id()
     where j.id = any($1::bigint[])
       and cardinality(j.voters) >= (
         select count(*) from (select from instances i where i.project_id = j.project_id limit 2) two)
       and cardinality(j.keys) >= least($2::int, ${MAX_TELLERS}, (
         select count(distinct d.key_no) from element_signatures e
         join page_signatures p on p.project_id = e.project_id and p.page_sig_id = e.page_sig_id
         join hint_stats s on s.project_id = e.project_id and s.elem_sig_id = e.elem_sig_id
         join hint_stat_days d on d.project_id = s.project_id and d.stat_id = s.id
         where e.project_id = j.project_id and e.selector_norm in (j.from_selector, j.to_selector)
           and (e.selector_norm, e.attr_fingerprint_hash) in (
             (j.from_selector, j.from_fingerprint), (j.to_selector, j.to_fingerprint))
           and case when p.page_key is null then p.url_norm else p.page_key end = j.page_key and d.key_no > 0))`,
    [plainArray(ids), minKeys],
  );

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

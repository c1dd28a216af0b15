import { MAX_SELECTOR_CHARS } from '../../../shared/protocol/limits.ts';
import { plainArray } from '../../db/array.ts';
import type { Tx } from '../../db/db.ts';
import { daysAlone } from '../../hints/alone.ts';
import type { ReleasePolicy } from '../../hints/release.ts';
import { oldestDay, sendersOf } from './fold_senders.ts';
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
 * attr_fingerprint_hash}, confidence}`), once two instances told of it, where the project has two, and as many API keys as must agree:
 * where as many used the control, and for some days also where as many send anything. A join that an operator undid stays undone.
 */
export async function foldJoins(
  tx: Tx,
  { after, upTo }: Chunk,
  policy: Pick<ReleasePolicy, 'minKeys' | 'minDays' | 'decayDays'>,
  now: Date,
): Promise<void> {
  const told = await tx.query<{ id: string }>(
    `with told as (
       select e.project_id, h.url_norm as page_key, f.selector_norm as from_selector,
         f.attr_fingerprint_hash as from_fingerprint, e.data -> 'changed_to' ->> 'selector_norm' as to_selector,
         e.data -> 'changed_to' ->> 'attr_fingerprint_hash' as to_fingerprint, e.occurred_at, e.ingested_at,
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
       report_ct, first_at, last_at, told_at, voters, keys)
     select project_id, page_key, from_selector, from_fingerprint, to_selector, to_fingerprint, count(*),
       min(occurred_at), max(occurred_at), min(ingested_at), (array_agg(distinct voter))[:${MAX_TELLERS}],
       coalesce((array_agg(distinct key_no) filter (where key_no > 0))[:${MAX_TELLERS}], '{}')
     from told
     where length(to_selector) between 1 and ${MAX_SELECTOR_CHARS} and to_fingerprint ~ '^[0-9a-f]{16,64}$'
       and (to_selector, to_fingerprint) <> (from_selector, from_fingerprint)
     group by project_id, page_key, from_selector, from_fingerprint, to_selector, to_fingerprint
     order by project_id, page_key, from_selector, from_fingerprint, to_selector, to_fingerprint
     on conflict on constraint element_joins_forms do update set
       report_ct = j.report_ct + excluded.report_ct, last_at = greatest(j.last_at, excluded.last_at),
       told_at = coalesce(j.told_at, excluded.told_at),
       voters = ${merged('j.voters', 'excluded.voters')}, keys = ${merged('j.keys', 'excluded.keys')}
     returning case when held_at is null and undone_at is null then id::text end as id`,
    [after, upTo, JOIN_CONFIDENCE],
  );
  const open = told.flatMap(({ id }) => id ?? []);
  if (open.length > 0) await holdJoins(tx, open, policy, now);
}

/** The jobs that follow joins see a change of them by their transaction. */
const holdJoins = (
  tx: Tx,
  ids: readonly string[],
  policy: Pick<ReleasePolicy, 'minKeys' | 'minDays' | 'decayDays'>,
  now: Date,
): Promise<unknown> =>
  tx.query(
    `update element_joins j set held_at = now(), ingested_xid = pg_current_xact_id()
     where j.id = any($1::bigint[])
       and cardinality(j.voters) >= (
         select count(*) from (select from instances i where i.project_id = j.project_id limit 2) two)
       and cardinality(j.keys) >= least($2::int, ${MAX_TELLERS}, greatest(
         case when j.told_at > $3::timestamptz - make_interval(days => $4) then (${sendersOf('j.project_id', '$5')}) end, (
           select count(distinct d.key_no) from element_signatures e
           join page_signatures p on p.project_id = e.project_id and p.page_sig_id = e.page_sig_id
           join hint_stats s on s.project_id = e.project_id and s.elem_sig_id = e.elem_sig_id
           join hint_stat_days d on d.project_id = s.project_id and d.stat_id = s.id
           where e.project_id = j.project_id and e.selector_norm in (j.from_selector, j.to_selector)
             and (e.selector_norm, e.attr_fingerprint_hash) in (
               (j.from_selector, j.from_fingerprint), (j.to_selector, j.to_fingerprint))
             and case when p.page_key is null then p.url_norm else p.page_key end = j.page_key and d.key_no > 0)))`,
    [plainArray(ids), policy.minKeys, now, daysAlone(policy), oldestDay(policy, now)],
  );

import type { Tx } from '../../db/db.ts';
import type { ElementGroup, ElementMember, Weights } from '../../hints/best_selector.ts';
import type { Tally, Votes } from '../../hints/release.ts';
import { type Ageing, keysOf, votesOf, weightOf, within } from '../../hints/votes_sql.ts';
import { withOwnIdentities } from './own_identities.ts';
import type { TouchedElement } from './touched.ts';

/** Runs of a control up to which each is counted once, whatever states of the page it was in; see `runsByDay`. */
const MAX_RUNS = 200;

/** An element group and where its hints are kept: at its first signature. */
export interface LoadedGroup extends ElementGroup {
  readonly project_id: string;
  /** Of the page: a learned template, else the address. */
  readonly url_norm: string;
  readonly page_sig_id: string;
  readonly elem_sig_id: string;
  /** Of the project. */
  readonly text_key: string;
  readonly members: readonly (ElementMember & { readonly attr_fingerprint_hash: string })[];
  /** Runs that used it, as votes of their instances. */
  readonly recorded: Tally;
  /** What was reported of each selector, in whatever version it was tried. */
  readonly reported: ReadonlyMap<string, Votes>;
}

interface Row {
  readonly project_id: string;
  readonly url_norm: string;
  readonly selector_norm: string;
  readonly page_sig_id: string;
  readonly elem_sig_id: string;
  readonly text_key: string;
  readonly members: (Omit<ElementMember, 'last_success_at'> & {
    readonly last_success_at: string | null;
    readonly attr_fingerprint_hash: string;
  })[];
  readonly tools: string[];
  readonly latencies: readonly (readonly [bucket: number, weight: number, ms: number])[];
  readonly recorded: Tally;
  readonly weights: Weights;
  readonly reported: ({ readonly selector: string } & Votes)[];
}

/**
 * SQL of some who used the element of a row `s` of hint_stats, and of their keys, of its newest runs: as many as show whether it is one
 * alone. Asked only where a control has several states: those of one state met all that it tells.
 */
const TELLERS = `(
  with newest as materialized (
    select voter, key_no from hint_stat_runs r
    where r.project_id = s.project_id and r.stat_id = s.id and r.succeeded order by r.run_id desc limit 100
  )
  select jsonb_build_object(
    'voters', (select jsonb_agg(voter) from (select distinct hashtext(voter) as voter from newest limit 32) told),
    'keys', (select jsonb_agg(distinct key_no) from newest where key_no > 0)))`;
const SEVERAL_STATES = 'count(*) over (partition by f.lineage, f.project_id, f.page_key) > 1';

/** SQL of the `Tally` of the runs of a control `f`, each once. */
const eachRun = (ageing: Ageing): string =>
  votesOf(
    `select min(voter) as voter, min(key_no) as key_no, coalesce(min(day) filter (where succeeded), min(day)) as day, bool_or(succeeded) as ok
     from hint_stat_runs where project_id = f.project_id and stat_id = any(f.stat_ids) group by run_id`,
    ageing,
  );

/**
 * As `eachRun`, by day: what is read does not grow with the runs. A run may have used the control on several states of its page: of these
 * the one with most runs counts, so that none counts twice.
 */
const runsByDay = (ageing: Ageing): string => `(
  with d as materialized (
    select day, key_no, max(ok) as ok, max(bad) as bad, ${weightOf('day', ageing)} as weight from (
      select stat_id, day, key_no, sum(ok_run_ct) as ok, sum(bad_run_ct) as bad from hint_stat_days
      where project_id = f.project_id and stat_id = any(f.stat_ids) ${within('day', ageing)} group by stat_id, day, key_no
    ) s group by day, key_no
  )
  select jsonb_build_object('ok', coalesce(sum(ok), 0), 'bad', coalesce(sum(bad), 0),
    'okWeight', coalesce(sum(ok * weight), 0), 'badWeight', coalesce(sum(bad * weight), 0),
    'okDays', count(distinct day) filter (where ok > 0),
    'keys', (${keysOf('select key_no, sum(ok) as ok, sum(bad) as bad from d group by key_no')}))
  from d)`;

/**
 * The groups that elements belong to, with all their evidence: the same selector_norm and attr_fingerprint_hash on all states of one
 * page, and the forms that were joined with it.
 */
export async function loadGroups(tx: Tx, touched: readonly TouchedElement[], ageing: Ageing): Promise<LoadedGroup[]> {
  if (touched.length === 0) return [];
  const rows = await tx.query<Row>(
    `with recursive touched as materialized (
       select distinct e.project_id, coalesce(p.page_key, p.url_norm) as page_key, e.selector_norm,
         e.attr_fingerprint_hash
       from jsonb_to_recordset($1::jsonb) as i(project_id uuid, elem_sig_id bigint)
       join element_signatures e on e.project_id = i.project_id and e.elem_sig_id = i.elem_sig_id
       join page_signatures p on p.project_id = e.project_id and p.page_sig_id = e.page_sig_id
     ), forms as (
       select *, row_number() over () as lineage from touched
       union
       select f.project_id, f.page_key, j.selector, j.fingerprint, f.lineage
       from forms f cross join lateral (
         select to_selector as selector, to_fingerprint as fingerprint from element_joins
         where project_id = f.project_id and page_key = f.page_key and undone_at is null
           and from_selector = f.selector_norm and from_fingerprint = f.attr_fingerprint_hash
         union all
         select from_selector, from_fingerprint from element_joins
         where project_id = f.project_id and page_key = f.page_key and undone_at is null
           and to_selector = f.selector_norm and to_fingerprint = f.attr_fingerprint_hash
       ) j
     ), members as materialized (
       select f.lineage, f.project_id, f.page_key, f.selector_norm, f.attr_fingerprint_hash, e.elem_sig_id,
         e.page_sig_id, e.identity, e.candidates, s.id as stat_id, s.success_ct, s.error_ct,
         s.last_success_at, s.run_ct,
         case when ${SEVERAL_STATES} then ${TELLERS} end as tellers
       from forms f
       -- By the page: what is called the same stands on many pages of many sites.
       join page_signatures p on p.project_id = f.project_id
         and case when p.page_key is null then p.url_norm else p.page_key end = f.page_key
       join element_signatures e on e.project_id = p.project_id and e.page_sig_id = p.page_sig_id
         and e.selector_norm = f.selector_norm and e.attr_fingerprint_hash = f.attr_fingerprint_hash
       left join hint_stats s on s.project_id = e.project_id and s.elem_sig_id = e.elem_sig_id
     ), folded as (
       -- Two of the touched may be forms of one control.
       select distinct on (project_id, elem_sig_id) * from (
         select project_id, page_key as url_norm, (array_agg(selector_norm order by elem_sig_id))[1] as selector_norm,
           min(elem_sig_id) as elem_sig_id, (array_agg(page_sig_id order by elem_sig_id))[1] as page_sig_id,
           array_agg(stat_id) as stat_ids, coalesce(sum(run_ct), 0) as run_ct, array_agg(elem_sig_id) as elem_sig_ids,
           jsonb_agg(jsonb_build_object('elem_sig_id', elem_sig_id::text,
             'attr_fingerprint_hash', attr_fingerprint_hash, 'identity', identity, 'candidates', candidates,
             'voters', coalesce(nullif(tellers -> 'voters', 'null'), '[]'), 'keys', coalesce(nullif(tellers -> 'keys', 'null'), '[]'),
             'success_ct', coalesce(success_ct, 0), 'error_ct', coalesce(error_ct, 0), 'last_success_at', last_success_at)) as members
         from members group by lineage, project_id, page_key
       ) g order by project_id, elem_sig_id
     )
     select f.project_id, f.url_norm, f.selector_norm, f.page_sig_id, f.elem_sig_id, f.members,
       (select text_key from projects where project_id = f.project_id) as text_key,
       coalesce((
         select jsonb_agg(t.tool_name order by t.total desc, t.tool_name) from (
           select tool_name, sum(success_ct) as total from hint_stat_tools
           where project_id = f.project_id and stat_id = any(f.stat_ids) group by tool_name having sum(success_ct) > 0
         ) t), '[]') as tools,
       case when f.run_ct <= ${MAX_RUNS} then ${eachRun(ageing)} else ${runsByDay(ageing)} end as recorded,
       (select jsonb_build_object('ok', coalesce(sum(success_ct * weight), 0), 'bad', coalesce(sum(error_ct * weight), 0))
        from (
          select success_ct, error_ct, ${weightOf('day', ageing)} as weight from hint_stat_days
          where project_id = f.project_id and stat_id = any(f.stat_ids) ${within('day', ageing)}
        ) d) as weights,
       coalesce((
         select jsonb_agg(jsonb_build_array(bucket, weight, ms)) from (
           select bucket, sum(latency_ct * weight) as weight, sum(latency_sum * weight) as ms from (
             select bucket, latency_ct, latency_sum, ${weightOf('week', ageing)} as weight from hint_stat_latencies
             where project_id = f.project_id and stat_id = any(f.stat_ids) ${within('week', ageing)}
           ) w group by bucket
         ) l), '[]') as latencies,
       coalesce((
         select jsonb_agg(r.votes || jsonb_build_object('selector', r.selector)) from (
           select s.selector, ${votesOf(
             `
             select voter, day, key_no, sum(found_ct) > sum(missed_ct) as ok from hint_votes
             where project_id = f.project_id and hint_id = any(s.hint_ids) and selector = s.selector
             group by voter, day, key_no`,
             ageing,
           )} as votes
           from (
             select v.selector, array_agg(distinct v.hint_id) as hint_ids
             from hints h join hint_votes v on v.project_id = h.project_id and v.hint_id = h.id
             where h.project_id = f.project_id and h.elem_sig_id = any(f.elem_sig_ids) group by v.selector
           ) s
         ) r), '[]') as reported
     from folded f order by f.project_id, f.elem_sig_id`,
    [JSON.stringify(touched)],
  );
  return rows.map((row) => ({
    ...row,
    members: withOwnIdentities(row.members, row.text_key).map((member) => ({
      ...member,
      last_success_at: member.last_success_at === null ? null : new Date(member.last_success_at),
    })),
    runs: row.recorded.ok + row.recorded.bad,
    latencies: new Map(row.latencies.map(([bucket, weight]) => [bucket, weight])),
    avgLatencyMs: mean(row.latencies),
    selectors: new Map(
      row.reported.map(({ selector, okWeight, badWeight }) => [selector, { found: okWeight, missed: badWeight }]),
    ),
    reported: new Map(row.reported.map((each) => [each.selector, each])),
  }));
}

/** Of what is weighed; null where there is nothing. */
function mean(latencies: Row['latencies']): number | null {
  const total = latencies.reduce((sum, [, weight]) => sum + weight, 0);
  return total > 0 ? latencies.reduce((sum, [, , ms]) => sum + ms, 0) / total : null;
}

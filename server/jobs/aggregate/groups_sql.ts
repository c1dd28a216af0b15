import { JOINED_FORMS } from '../../hints/joined_forms.ts';
import { type Ageing, ageOf, within } from '../../hints/votes_sql.ts';

/** Runs of a control up to which each is counted once, whatever states of the page it was in; see `runsByDay`. */
const MAX_RUNS = 200;

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

/**
 * SQL of rows (day, key_no, ok, bad) of the runs of a control `f`, each counted once. A run may have used it on several states of its
 * page: where there are few, each is looked at; of more, of these states the one with most runs counts, so that none counts twice.
 */
const runsByDay = (ageing: Ageing): string => `
  select day, key_no, 0 as success_ct, 0 as error_ct, count(*) filter (where ok) as ok, count(*) filter (where not ok) as bad
  from (
    select min(key_no) as key_no, coalesce(min(day) filter (where succeeded), min(day)) as day, bool_or(succeeded) as ok
    from hint_stat_runs
    where f.each_run and project_id = f.project_id and stat_id = any(f.stat_ids) group by run_id
  ) r where true ${within('day', ageing)} group by day, key_no
  union all
  select day, key_no, sum(success_ct), sum(error_ct), case when f.each_run then 0 else max(ok_run_ct) end,
    case when f.each_run then 0 else max(bad_run_ct) end
  from hint_stat_days
  where project_id = f.project_id and stat_id = any(f.stat_ids) ${within('day', ageing)} group by day, key_no`;

/** SQL of the groups of elements, $1, a list of {project_id, elem_sig_id}; see `loadGroups`. */
export const groupsSql = (ageing: Ageing): string => `with recursive touched as materialized (
       select distinct e.project_id, coalesce(p.page_key, p.url_norm) as page_key, e.selector_norm,
         e.attr_fingerprint_hash
       from jsonb_to_recordset($1::jsonb) as i(project_id uuid, elem_sig_id bigint)
       join element_signatures e on e.project_id = i.project_id and e.elem_sig_id = i.elem_sig_id
       join page_signatures p on p.project_id = e.project_id and p.page_sig_id = e.page_sig_id
     ), forms as (
       select *, row_number() over () as lineage from touched
       union
       select f.project_id, f.page_key, j.selector, j.fingerprint, f.lineage
       from forms f cross join lateral ${JOINED_FORMS} j
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
           array_agg(stat_id) as stat_ids, count(stat_id) > 1 and sum(run_ct) <= ${MAX_RUNS} as each_run,
           json_agg(json_build_object('elem_sig_id', elem_sig_id::text,
             'attr_fingerprint_hash', attr_fingerprint_hash, 'identity', identity, 'candidates', candidates,
             'voters', coalesce(nullif(tellers -> 'voters', 'null'), '[]'), 'keys', coalesce(nullif(tellers -> 'keys', 'null'), '[]'),
             'success_ct', coalesce(success_ct, 0), 'error_ct', coalesce(error_ct, 0),
             'last_success_at', last_success_at)) as members
         from members group by lineage, project_id, page_key
       ) g order by project_id, elem_sig_id
     )
     select f.project_id, f.url_norm, f.selector_norm, f.page_sig_id, f.elem_sig_id, f.members,
       coalesce((
         select json_agg(t.tool_name order by t.total desc, t.tool_name) from (
           select tool_name, sum(success_ct) as total from hint_stat_tools
           where project_id = f.project_id and stat_id = any(f.stat_ids) group by tool_name having sum(success_ct) > 0
         ) t), '[]') as tools,
       coalesce((
         select json_agg(json_build_array(${ageOf('day', ageing)}, key_no, success_ct, error_ct, ok, bad)) from (${runsByDay(ageing)}) d
       ), '[]') as days,
       coalesce((
         select json_agg(json_build_array(${ageOf('week', ageing)}, bucket, ct, ms)) from (
           select week, bucket, sum(latency_ct) as ct, sum(latency_sum) as ms from hint_stat_latencies
           where project_id = f.project_id and stat_id = any(f.stat_ids) ${within('week', ageing)} group by week, bucket
         ) l), '[]') as latencies
     from folded f order by f.project_id, f.elem_sig_id`;

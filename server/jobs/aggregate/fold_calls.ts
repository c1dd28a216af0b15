import type { Tx } from '../../db/db.ts';
import { bucketSql } from '../../hints/sketch.ts';
import type { TouchedElement } from './touched.ts';
import type { Chunk } from './watermark.ts';

/**
 * Adds the calls of a chunk to the statistics of their pages and elements; answers the elements. A call without a known outcome, or
 * whose page was erased since, counts nowhere.
 */
export function foldCalls(tx: Tx, { after, upTo }: Chunk): Promise<TouchedElement[]> {
  return tx.query<TouchedElement>(
    `with calls as materialized (
       select c.project_id, c.run_id, c.instance_id, c.tool_name collate "C" as tool_name, c.success, c.latency_ms, coalesce(c.key_no, 0) as key_no,
         coalesce(c.ended_at, c.started_at) as at, (c.ingested_at at time zone 'UTC')::date as day,
         p.page_sig_id, e.elem_sig_id
       from tool_calls c
       join page_signatures p on p.project_id = c.project_id and p.page_sig_id = c.page_sig_id
       left join element_signatures e on e.project_id = c.project_id and e.elem_sig_id = c.elem_sig_id
       where c.ingested_xid > $1::xid8 and c.ingested_xid <= $2::xid8 and c.success is not null
     ), subjects as materialized (
       -- A page by its negative id: one number is compared faster than two that may be null.
       select *, null::bigint as subject, -page_sig_id as subject_key from calls
       union all
       select *, elem_sig_id, elem_sig_id from calls where elem_sig_id is not null
     ), known as materialized (
       -- Two reads, because no index serves is not distinct from; laterals, so that they are index scans whatever the planner knows.
       -- Ids of new rows are drawn here: what a statement inserts it can neither update nor join with.
       select d.project_id, d.subject, d.subject_key, coalesce(s.id, nextval('hint_stats_id_seq')) as stat_id, s.id is null as is_new
       from (select distinct subject_key, subject, page_sig_id, project_id from subjects) d
       left join lateral (
         select id from hint_stats s
         where s.project_id = d.project_id and s.page_sig_id = d.page_sig_id and s.elem_sig_id = d.subject
         union all
         select id from hint_stats s
         where d.subject is null and s.project_id = d.project_id and s.page_sig_id = d.page_sig_id and s.elem_sig_id is null
         limit 1
       ) s on true
     ), told as materialized (
       select c.*, k.stat_id, k.is_new from subjects c
       join known k on k.subject_key = c.subject_key and k.project_id = c.project_id
     ), runs as materialized (
       -- Of each run as it was counted and as it counts now.
       select t.project_id, t.stat_id, t.run_id, coalesce(r.voter, t.voter) as voter, r.run_id is null as fresh,
         r.day as old_day, r.key_no as old_key_no, r.succeeded as old_succeeded,
         t.succeeded or coalesce(r.succeeded, false) as succeeded,
         case when t.succeeded = coalesce(r.succeeded, t.succeeded) then least(t.day, r.day)
           when t.succeeded then t.day else r.day end as day,
         least(t.key_no, r.key_no) as key_no
       from (
         select project_id, stat_id, run_id, coalesce(min(instance_id), run_id::text) as voter, min(key_no) as key_no,
           coalesce(min(day) filter (where success), min(day)) as day, bool_or(success) as succeeded, bool_or(is_new) as is_new
         from told group by run_id, stat_id, project_id
       ) t
       left join lateral (
         select * from hint_stat_runs r
         where not t.is_new and r.project_id = t.project_id and r.stat_id = t.stat_id and r.run_id = t.run_id limit 1
       ) r on true
     ), changed as materialized (
       select * from runs where fresh or (old_day, old_key_no, old_succeeded) <> (day, key_no, succeeded)
     ), new_runs as (
       -- Whoever folds holds the watermark, so that nobody else writes the same: no conflict is looked for.
       insert into hint_stat_runs (project_id, stat_id, run_id, voter, day, key_no, succeeded)
       select project_id, stat_id, run_id, voter, day, key_no, succeeded from changed where fresh order by stat_id, run_id, project_id
     ), changed_runs as (
       update hint_stat_runs r set day = c.day, key_no = c.key_no, succeeded = c.succeeded
       from changed c where not c.fresh and r.project_id = c.project_id and r.stat_id = c.stat_id and r.run_id = c.run_id
     ), days as (
       insert into hint_stat_days as d (project_id, stat_id, day, key_no, success_ct, error_ct, ok_run_ct, bad_run_ct)
       select project_id, stat_id, day, key_no, sum(ok), sum(bad), sum(ok_runs), sum(bad_runs)
       from (
         select project_id, stat_id, day, key_no, success::int as ok, (not success)::int as bad, 0 as ok_runs, 0 as bad_runs
         from told
         union all
         select project_id, stat_id, day, key_no, 0, 0, succeeded::int, (not succeeded)::int from changed
         union all
         select project_id, stat_id, old_day, old_key_no, 0, 0, -old_succeeded::int, -(not old_succeeded)::int
         from changed where not fresh
       ) each
       group by project_id, stat_id, day, key_no order by stat_id, project_id, day, key_no
       on conflict (project_id, stat_id, day, key_no) do update set
         success_ct = d.success_ct + excluded.success_ct, error_ct = d.error_ct + excluded.error_ct,
         ok_run_ct = d.ok_run_ct + excluded.ok_run_ct, bad_run_ct = d.bad_run_ct + excluded.bad_run_ct
     ), tools as (
       insert into hint_stat_tools as t (project_id, stat_id, tool_name, success_ct, error_ct)
       select project_id, stat_id, tool_name, count(*) filter (where success), count(*) filter (where not success)
       from told group by project_id, stat_id, tool_name order by stat_id, project_id, tool_name
       on conflict (project_id, stat_id, tool_name) do update set
         success_ct = t.success_ct + excluded.success_ct, error_ct = t.error_ct + excluded.error_ct
     ), latencies as (
       insert into hint_stat_latencies as l (project_id, stat_id, week, bucket, latency_ct, latency_sum)
       select project_id, stat_id, date_trunc('week', day)::date as week, ${bucketSql('latency_ms')} as bucket, count(*), sum(latency_ms)
       from told where latency_ms is not null group by project_id, stat_id, week, bucket order by stat_id, project_id, week, bucket
       on conflict (project_id, stat_id, week, bucket) do update set
         latency_ct = l.latency_ct + excluded.latency_ct, latency_sum = l.latency_sum + excluded.latency_sum
     ), sums as materialized (
       -- No join: of what is made in a statement the planner does not know how much it is.
       select project_id, stat_id, sum(ok) as ok, sum(bad) as bad, count(latency_ms) as ended,
         coalesce(sum(latency_ms), 0) as ms, max(success_at) as last_success_at, sum(new_runs) as new_runs, bool_or(is_new) as is_new,
         min(page_sig_id) as page_sig_id, min(subject) as subject
       from (
         select project_id, stat_id, success::int as ok, (not success)::int as bad, latency_ms,
           case when success then at end as success_at, 0 as new_runs, is_new, page_sig_id, subject
         from told
         union all
         select project_id, stat_id, 0, 0, null, null, 1, null, null, null from changed where fresh
       ) each
       group by stat_id, project_id
     ), made as (
       insert into hint_stats (project_id, id, scope, page_sig_id, elem_sig_id, success_ct, error_ct, run_ct, latency_ct, latency_sum,
         avg_latency, last_success_at)
       select project_id, stat_id, case when subject is null then 'page' else 'element' end, page_sig_id, subject, ok, bad, new_runs,
         ended, ms, ms::numeric / nullif(ended, 0), last_success_at
       from sums where is_new order by stat_id
     ), stats as (
       update hint_stats s set
         success_ct = s.success_ct + t.ok, error_ct = s.error_ct + t.bad, run_ct = s.run_ct + t.new_runs,
         latency_ct = s.latency_ct + t.ended, latency_sum = s.latency_sum + t.ms,
         avg_latency = (s.latency_sum + t.ms)::numeric / nullif(s.latency_ct + t.ended, 0),
         last_success_at = greatest(s.last_success_at, t.last_success_at), updated_at = now()
       from sums t
       where not t.is_new and s.project_id = t.project_id and s.id = t.stat_id
     )
     select distinct project_id, subject as elem_sig_id from known where subject is not null`,
    [after, upTo],
  );
}

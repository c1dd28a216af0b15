import type { Tx } from '../../db/db.ts';
import type { Chunk } from './watermark.ts';

export interface TouchedElement {
  readonly project_id: string;
  readonly elem_sig_id: string;
}

/**
 * Adds the calls of a chunk to the statistics of their pages and elements; answers the elements. A call without a known
 * outcome, or whose page was erased since, counts nowhere.
 */
export async function foldCalls(tx: Tx, { after, upTo }: Chunk): Promise<TouchedElement[]> {
  const stats = await tx.query<{ project_id: string; stat_id: string; elem_sig_id: string | null; new_runs: number }>(
    `with calls as materialized (
       select c.project_id, c.run_id, c.instance_id, c.tool_name, c.success, c.latency_ms,
         coalesce(c.ended_at, c.started_at) as at,
         (c.ingested_at at time zone 'UTC')::date as day,
         p.page_sig_id, e.elem_sig_id
       from tool_calls c
       join page_signatures p on p.project_id = c.project_id and p.page_sig_id = c.page_sig_id
       left join element_signatures e on e.project_id = c.project_id and e.elem_sig_id = c.elem_sig_id
       where c.ingested_xid > $1::xid8 and c.ingested_xid <= $2::xid8 and c.success is not null
     ), subjects as materialized (
       select *, 'page' as scope, null::bigint as subject from calls
       union all
       select *, 'element', elem_sig_id from calls where elem_sig_id is not null
     ), stats as (
       insert into hint_stats as s (project_id, scope, page_sig_id, elem_sig_id, success_ct, error_ct, avg_latency,
         latency_ct, last_success_at)
       select project_id, scope, page_sig_id, subject, count(*) filter (where success),
         count(*) filter (where not success), avg(latency_ms), count(latency_ms), max(at) filter (where success)
       from subjects group by project_id, scope, page_sig_id, subject order by project_id, page_sig_id, subject
       on conflict on constraint hint_stats_subject do update set
         success_ct = s.success_ct + excluded.success_ct,
         error_ct = s.error_ct + excluded.error_ct,
         avg_latency = (coalesce(s.avg_latency * s.latency_ct, 0) + coalesce(excluded.avg_latency * excluded.latency_ct, 0))
           / nullif(s.latency_ct + excluded.latency_ct, 0),
         latency_ct = s.latency_ct + excluded.latency_ct,
         last_success_at = greatest(s.last_success_at, excluded.last_success_at),
         updated_at = now()
       returning s.project_id, s.id, s.page_sig_id, s.elem_sig_id
     ), tools as (
       insert into hint_stat_tools as t (project_id, stat_id, tool_name, success_ct, error_ct)
       select s.project_id, s.id, c.tool_name, count(*) filter (where c.success), count(*) filter (where not c.success)
       from subjects c join stats s on s.project_id = c.project_id and s.page_sig_id = c.page_sig_id
         and s.elem_sig_id is not distinct from c.subject
       group by s.project_id, s.id, c.tool_name order by s.project_id, s.id, c.tool_name
       on conflict (project_id, stat_id, tool_name) do update set
         success_ct = t.success_ct + excluded.success_ct,
         error_ct = t.error_ct + excluded.error_ct
     ), runs as (
       insert into hint_stat_runs as r (project_id, stat_id, run_id, voter, day, succeeded)
       select s.project_id, s.id, c.run_id, coalesce(min(c.instance_id), c.run_id::text),
         coalesce(min(c.day) filter (where c.success), min(c.day)), bool_or(c.success)
       from subjects c join stats s on s.project_id = c.project_id and s.page_sig_id = c.page_sig_id
         and s.elem_sig_id is not distinct from c.subject
       group by s.project_id, s.id, c.run_id order by s.project_id, s.id, c.run_id
       on conflict (project_id, stat_id, run_id) do update set
         day = case when r.succeeded then least(r.day, excluded.day) else excluded.day end, succeeded = true
         where excluded.succeeded and (not r.succeeded or excluded.day < r.day)
       -- Of a row that was made by this statement.
       returning project_id, stat_id, xmax = 0 as fresh
     )
     select s.project_id, s.id as stat_id, s.elem_sig_id, count(r.stat_id) filter (where r.fresh)::int as new_runs
     from stats s left join runs r on r.project_id = s.project_id and r.stat_id = s.id
     group by s.project_id, s.id, s.elem_sig_id`,
    [after, upTo],
  );
  // A statement of its own, because one statement cannot change a row twice.
  await tx.query(
    `update hint_stats s set run_ct = run_ct + i.new_runs
     from jsonb_to_recordset($1::jsonb) as i(project_id uuid, stat_id bigint, new_runs int)
     where s.project_id = i.project_id and s.id = i.stat_id`,
    [JSON.stringify(stats.filter((row) => row.new_runs > 0))],
  );
  return stats.flatMap(({ project_id, elem_sig_id }) => (elem_sig_id === null ? [] : [{ project_id, elem_sig_id }]));
}

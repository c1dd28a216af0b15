-- Runs number $2 to $3 of project $1, as ingest leaves them: twenty calls each, on four pages of one site, with what followed the use of
-- buttons and fields. Each run is a transaction of its own, $4 and the ones after it, and arrived on one of the $5 days before $6. Few
-- sites and few controls have most of the uses; 50 instances with 5 keys take turns.
with calls as materialized (
  select n, k, (lpad(to_hex(1767225600000 + n), 12, '0') || '70008000' || lpad(to_hex(n), 12, '0'))::uuid as run_id,
    (lpad(to_hex(1767225600000 + n), 12, '0') || '7001' || '8' || lpad(to_hex(k), 3, '0') || lpad(to_hex(n), 12, '0'))::uuid as event_uuid,
    page, page * 10 + floor(10 * power(laskobot_bench_share(n, k, 2), 1.5))::int as element, laskobot_bench_share(n, k, 3) as fate,
    round(exp(4.5 + 2.5 * laskobot_bench_share(n, k, 4)))::int as ms,
    ($4::bigint + n - $2::bigint)::text::xid8 as xid, arrived, arrived - make_interval(secs => 30 - k) as started_at
  from generate_series($2::bigint, $3::bigint) n, generate_series(1, 20) k, lateral (
    select floor(1 + 200 * power(laskobot_bench_share(n, 0, 0), 2))::int * 10 + floor(10 * laskobot_bench_share(n, (k - 1) / 5, 1))::int as page,
      $6::timestamptz - make_interval(days => (n % $5::int)::int) as arrived
  ) run
), ledger as (
  insert into tool_call_ledger (project_id, run_id, event_uuid, seq, call_id, started_at)
  select $1::uuid, run_id, event_uuid, k, event_uuid, started_at from calls
), runs as (
  insert into runs (project_id, run_id, started_at) select $1::uuid, run_id, min(started_at) from calls group by run_id
), effects as (
  insert into events (project_id, event_uuid, run_id, instance_id, name, occurred_at, data, ingested_at, ingested_xid)
  select $1::uuid, md5('effects ' || event_uuid)::uuid, run_id, 'instance-' || n % 50, 'call.effects', started_at,
    jsonb_build_object('call', event_uuid, 'navigation', 'none', 'download', false, 'unseen_requests', 0,
      'requests', case when element % 10 = 0
        then jsonb_build_array(jsonb_build_object('method', 'POST', 'path', '/api/save')) else '[]' end,
      'wait', jsonb_build_object('visible', ms / 3, 'enabled', ms / 2, 'dom_quiet', ms, 'network_quiet', ms * 2)),
    arrived, xid
  from calls where k % 5 <> 1 and element % 3 < 2
)
insert into tool_calls (project_id, call_id, run_id, seq, event_uuid, tool_name, started_at, ended_at, success, instance_id,
  url_at_call, page_sig_id, elem_sig_id, ingested_at, ingested_xid)
select $1::uuid, event_uuid, run_id, k, event_uuid,
  case when k % 5 = 1 then 'navigate' else (array['click', 'fill', 'click'])[1 + element % 3] end, started_at,
  started_at + make_interval(secs => ms / 1000.0), fate < 0.95, 'instance-' || n % 50, 'https://site.example/', page,
  case when k % 5 <> 1 then element end, arrived, xid
from calls

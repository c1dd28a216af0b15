-- pgTAP: what the schema promises. Run with pg_prove or psql on a database that has the schema; changes nothing.
begin;
create extension if not exists pgtap;
select no_plan();

select has_table('public'::name, t::name) from unnest(array[
  'projects', 'api_keys', 'sessions', 'instances', 'tabs', 'runs', 'page_signatures', 'page_state_bands', 'element_signatures',
  'tool_call_ledger', 'tool_calls', 'artifacts', 'dedup_hashes', 'events', 'hints', 'hint_stats', 'hint_stat_runs',
  'hint_stat_tools', 'hint_stat_days', 'hint_stat_latencies', 'touched_elements', 'job_rebuilds', 'hint_votes', 'hint_changes', 'hint_decisions', 'hint_exposures', 'control_uses', 'control_requests', 'control_waits', 'control_signals', 'recipe_runs', 'recipes', 'recipe_votes', 'recipe_scrolls', 'domain_controls', 'domain_hints', 'hint_bundles', 'signing_keys', 'url_templates', 'template_marks', 'element_joins', 'sending_keys', 'job_leases', 'job_runs', 'job_watermarks', 'archives', 'archive_holds',
  'backfill_files', 'backfill_lines', 'erase_requests', 'erase_work', 'laskobot_migrations']) t;

select is_partitioned('public'::name, 'tool_calls'::name);
select is_partition_of('public'::name, 'tool_calls_default'::name, 'public'::name, 'tool_calls'::name);

-- Tables can be distributed by project: every key of their own leads with it.
select col_is_pk('public'::name, 'tool_call_ledger'::name, array['project_id', 'run_id', 'event_uuid']::name[], 'keys of tool_call_ledger');
select col_is_unique('public'::name, 'tool_call_ledger'::name, array['project_id', 'run_id', 'seq']::name[], 'keys of tool_call_ledger');
select col_is_pk('public'::name, 'tool_calls'::name, array['project_id', 'call_id', 'started_at']::name[], 'keys of tool_calls');
select col_is_pk('public'::name, 'runs'::name, array['project_id', 'run_id']::name[], 'keys of runs');
select is_empty(
  $$select i.indexrelid::regclass from pg_index i join pg_class c on c.oid = i.indrelid
    join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
    where c.relnamespace = 'public'::regnamespace and i.indisunique and not c.relispartition
      and exists (select from pg_attribute p where p.attrelid = c.oid and p.attname = 'project_id')
      and a.attname <> 'project_id' and c.relname not in ('projects', 'api_keys')$$,
  'unique indexes lead with project_id');

-- The indexes of the design.
select has_index('public'::name, 'tool_calls'::name, 'tool_calls_input_idx'::name);
select has_index('public'::name, 'tool_calls'::name, 'tool_calls_output_idx'::name);
select index_is_type('public'::name, 'tool_calls'::name, 'tool_calls_input_idx'::name, 'gin'::name);
select has_index('public'::name, 'page_signatures'::name, 'page_signatures_url_idx'::name,
  array['project_id', 'url_norm', 'last_seen']::name[]);
select has_index('public'::name, 'page_signatures'::name, 'page_signatures_title_idx'::name,
  array['project_id', 'domain', 'title_hash']::name[]);
select has_index('public'::name, 'element_signatures'::name, 'element_signatures_selector_idx'::name,
  array['project_id', 'selector_norm', 'role']::name[]);

-- What the tables refuse.
select throws_ok(
  $$insert into runs (project_id, status) values (gen_random_uuid(), 'lost')$$, '23514', null, 'a status of its own');
select throws_ok(
  $$insert into artifacts (project_id, call_id, type, content_hash, size_bytes, storage_path)
    values (gen_random_uuid(), gen_random_uuid(), 'film', '', 0, '')$$, '23514', null, 'a type of its own');
select throws_ok(
  $$insert into tabs (project_id, instance_id, tab_id) values (gen_random_uuid(), 'none', '1')$$, '23503', null,
  'a tab of no instance');
select throws_ok(
  $$insert into hints (project_id, page_sig_id, url_norm, hint_type, hint_data, confidence, evidence)
    values (gen_random_uuid(), 1, 'x', 'recipe', '{}', 1.5, '{}')$$, '23514', null, 'a confidence above 1');
select throws_ok(
  $$insert into erase_requests (project_id, session_id, domain) values (gen_random_uuid(), 's', 'd')$$, '23514', null,
  'an erasure of two subjects');
insert into erase_requests (project_id, session_id) values ('00000000-0000-4000-8000-000000000001', 's');
select throws_ok(
  $$insert into erase_requests (project_id, session_id) values ('00000000-0000-4000-8000-000000000001', 's')$$, '23505',
  null, 'the same erasure twice before it is taken up');
update erase_requests set started_at = now() where project_id = '00000000-0000-4000-8000-000000000001';
select lives_ok(
  $$insert into erase_requests (project_id, session_id) values ('00000000-0000-4000-8000-000000000001', 's')$$,
  'and again afterwards');

-- A call that never ended has no latency.
insert into tool_calls (project_id, run_id, seq, event_uuid, tool_name, started_at, ended_at)
select '00000000-0000-4000-8000-000000000001', gen_random_uuid(), n, gen_random_uuid(), 'click', now(),
  case n when 1 then now() + interval '1500 ms' when 2 then now() + interval '60 days' end
from generate_series(1, 3) n;
select results_eq(
  $$select latency_ms from tool_calls where project_id = '00000000-0000-4000-8000-000000000001' order by seq$$,
  $$values (1500), (2147483647), (null)$$, 'latency');

-- Partitions: a month at a time, and never one that holds a row is dropped.
select is(laskobot_ensure_partitions('2001-01-15', 2), 2, 'two months made');
select is(laskobot_ensure_partitions('2001-01-15', 2), 0, 'and not again');
insert into tool_calls (project_id, run_id, seq, event_uuid, tool_name, started_at)
values ('00000000-0000-4000-8000-000000000001', gen_random_uuid(), 1, gen_random_uuid(), 'x', '2001-01-31T23:59:59.9Z');
select is(tableoid::regclass::text, 'tool_calls_200101', 'months are of UTC')
from tool_calls where started_at < '2002-01-01' and project_id = '00000000-0000-4000-8000-000000000001';
select ok(not laskobot_drop_partition('2001-01-01'), 'a filled partition stays');
select ok(laskobot_drop_partition('2001-02-01'), 'an empty one goes');
select ok(not laskobot_drop_partition('2001-03-01'), 'one that is not there does not');

select * from finish();
rollback;

-- pgTAP: who sees and changes what. Run with pg_prove or psql on a database that has the schema; changes nothing.
begin;
create extension if not exists pgtap;
select no_plan();

-- Every table and partition, whatever comes to be added.
select is_empty(
  $$select oid::regclass from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
      and not (relrowsecurity and relforcerowsecurity)$$,
  'row-level security is on and forced everywhere');
select is_empty(
  $$select c.oid::regclass from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'project_id'
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
      and has_table_privilege('laskobot_app', c.oid, 'select,insert,update,delete')
      and not exists (select from pg_policies p where p.tablename = c.relname and p.policyname = 'laskobot_project'
        and p.qual = p.with_check and p.qual like '%app.project_id%')$$,
  'what the server may touch is bound to its project');
select is_empty(
  $$select c.oid::regclass from pg_class c
    where c.relispartition and (has_table_privilege('laskobot_app', c.oid, 'select,insert,update,delete')
      or has_table_privilege('laskobot_admin', c.oid, 'select,insert,update,delete'))$$,
  'nobody has rights on a partition, where the policies of tool_calls would not hold');
select is_empty(
  $$select c.oid::regclass from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
      and exists (select from aclexplode(c.relacl) where grantee = 0)$$,
  'nothing is granted to public');
select is_empty(
  $$select rolname from pg_roles where rolname in ('laskobot_app', 'laskobot_admin')
    and (rolsuper or rolbypassrls or rolcanlogin or rolcreaterole)$$,
  'the roles bypass nothing and log in nowhere');
select table_privs_are('public'::name, t::name, 'laskobot_app'::name, '{}'::text[])
from unnest(array['api_keys', 'job_leases', 'job_runs', 'job_watermarks', 'archives', 'archive_holds',
  'backfill_files', 'backfill_lines', 'erase_work', 'laskobot_migrations', 'hint_stat_runs', 'hint_stat_tools', 'hint_stat_days', 'hint_stat_latencies', 'touched_elements', 'sending_keys', 'job_rebuilds', 'hint_votes', 'hint_changes',
  'hint_decisions', 'control_uses', 'control_requests', 'control_waits', 'control_signals', 'recipe_runs', 'recipes', 'recipe_votes',
  'recipe_scrolls', 'signing_keys']) t;
select table_privs_are('public', 'projects', 'laskobot_app', array['SELECT']);
select table_privs_are('public', 'tool_calls', 'laskobot_app', array['SELECT', 'INSERT', 'UPDATE']);
select table_privs_are('public', 'erase_requests', 'laskobot_app', array['SELECT', 'INSERT']);
select table_privs_are('public', 'tool_call_ledger', 'laskobot_app', array['SELECT', 'INSERT']);
select function_privs_are('public', 'laskobot_drop_partition', array['date'], 'laskobot_app', '{}');
select function_privs_are('public', 'laskobot_protect', array['text', 'boolean'], 'laskobot_app', '{}');
select function_privs_are('public', 'laskobot_ensure_partitions', array['date', 'integer'], 'laskobot_app', '{}');

-- Two tenants.
create function pg_temp.become(role_name text, project text) returns text language sql as $$
  select set_config('app.project_id', project, true) || set_config('role', role_name, true) $$;
grant usage on schema public to laskobot_app;
insert into projects (project_id, name) values
  ('00000000-0000-4000-8000-00000000000a', 'tap a'), ('00000000-0000-4000-8000-00000000000b', 'tap b');
insert into sessions (project_id, session_id) values
  ('00000000-0000-4000-8000-00000000000a', 's'), ('00000000-0000-4000-8000-00000000000b', 's');
insert into page_signatures (project_id, url_norm, domain) values ('00000000-0000-4000-8000-00000000000b', 'https://b/', 'b');
insert into hint_bundles (project_id, domain) values ('00000000-0000-4000-8000-00000000000b', 'b');

select pg_temp.become('laskobot_app', '00000000-0000-4000-8000-00000000000a');
select results_eq('select project_id from sessions', $$values ('00000000-0000-4000-8000-00000000000a'::uuid)$$, 'its own');
select is_empty('select from page_signatures', 'nothing of another');
select is_empty('select from hint_bundles', 'no bundle of another');
select throws_ok(
  $$insert into sessions (project_id, session_id) values ('00000000-0000-4000-8000-00000000000b', 'x')$$, '42501', null,
  'writes nothing for another');
select throws_ok(
  $$update sessions set project_id = '00000000-0000-4000-8000-00000000000b'$$, '42501', null, 'gives nothing away');
select throws_ok('select from tool_calls_default', '42501', null, 'partitions are out of reach');
select is(
  laskobot_lookup_project('00000000-0000-4000-8000-00000000000a', array['https://b/'], array[null], array[null],
    array[null], array[null]::jsonb[], 6, array[50])::jsonb #- '{0,key}',
  '[{"page_sig_id": null, "distance": null, "exact": false, "hints": null, "elsewhere": null, "version": null}]'::jsonb,
  'looks up nothing of another');

select pg_temp.become('laskobot_app', '');
select is_empty('select from sessions', 'no project: nothing');
select throws_ok($$insert into sessions (project_id, session_id) values (gen_random_uuid(), 'x')$$, '42501', null,
  'no project: writes nothing');
reset role;

select * from finish();
rollback;

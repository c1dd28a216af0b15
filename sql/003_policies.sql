-- LaskoBOT Runs: roles, row-level security and rights. Safe to run again.
--
-- laskobot_app    what the server is while it serves a request: sees the one project in app.project_id, else nothing.
-- laskobot_admin  what it is for authentication, jobs and the command line: FORCE binds the owner of the tables too.
-- Neither can log in; the server's login becomes them for one transaction.

do $$
declare
  role_name text;
begin
  foreach role_name in array array['laskobot_app', 'laskobot_admin'] loop
    begin
      if not exists (select from pg_roles where rolname = role_name) then
        execute format('create role %I nologin', role_name);
      end if;
    exception when duplicate_object or unique_violation then
      null; -- Roles belong to the cluster: another database was set up at the same moment.
    end;
    -- From Postgres 16 on the maker of a role may neither become it nor inherit from it until it is granted.
    if not pg_has_role(current_user, role_name, 'usage')
      or not pg_has_role(current_user, role_name,
        case when current_setting('server_version_num')::int >= 160000 then 'set' else 'member' end)
    then
      execute format('grant %I to current_user', role_name);
    end if;
  end loop;
end
$$;

-- What every table has: row-level security that binds its owner too, and rights for laskobot_admin and nobody else. With
-- `of_project` laskobot_app sees the rows of its project, as far as it is granted rights.
create or replace function laskobot_protect(table_name text, of_project boolean) returns void
language plpgsql
as $$
declare
  -- An absent or empty setting is null, and null equals nothing.
  own_project constant text := 'project_id = (select nullif(current_setting(''app.project_id'', true), '''')::uuid)';
  role_name text;
begin
  execute format('alter table %I enable row level security', table_name);
  execute format('alter table %I force row level security', table_name);
  execute format('drop policy if exists laskobot_admin on %I', table_name);
  execute format('create policy laskobot_admin on %I to laskobot_admin using (true) with check (true)', table_name);
  if of_project then
    execute format('drop policy if exists laskobot_project on %I', table_name);
    execute format('create policy laskobot_project on %I to laskobot_app using (%s) with check (%s)',
      table_name, own_project, own_project);
  end if;
  execute format('revoke all on %I from public', table_name);
  for role_name in select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role') loop
    execute format('revoke all on %I from %I', table_name, role_name);
  end loop;
  execute format('grant select, insert, update, delete on %I to laskobot_admin', table_name);
  -- Supabase's service_role bypasses policies; PostgREST still asks for rights.
  if exists (select from pg_roles where rolname = 'service_role') then
    execute format('grant select, insert, update, delete on %I to service_role', table_name);
  end if;
end
$$;
revoke all on function laskobot_protect(text, boolean) from public;

do $$
declare
  table_name text;
  role_name text;
begin
  foreach table_name in array array[
    'projects', 'api_keys', 'sessions', 'instances', 'tabs', 'runs', 'page_signatures', 'element_signatures',
    'tool_call_ledger', 'tool_calls', 'artifacts', 'dedup_hashes', 'events', 'hints', 'hint_stats', 'hint_stat_runs',
    'hint_stat_tools'
  ] loop
    perform laskobot_protect(table_name, true);
  end loop;
  foreach table_name in array array[
    'job_leases', 'job_runs', 'job_watermarks', 'laskobot_migrations', 'tool_calls_default'
  ] loop
    perform laskobot_protect(table_name, false);
  end loop;
  -- The policy is there so that its owner can empty it; rights on it has nobody.
  for role_name in select rolname from pg_roles where rolname in ('laskobot_admin', 'service_role') loop
    execute format('revoke all on tool_calls_default from %I', role_name);
  end loop;
end
$$;

grant select on projects, hints, hint_stats to laskobot_app;
grant select, insert on tool_call_ledger, artifacts, dedup_hashes, events to laskobot_app;
grant select, insert, update on
  sessions, instances, tabs, runs, page_signatures, element_signatures, tool_calls to laskobot_app;

revoke all on function laskobot_ensure_partitions(date, int) from public;
grant execute on function laskobot_ensure_partitions(date, int) to laskobot_admin;

insert into laskobot_migrations (name) values ('003_policies') on conflict (name) do nothing;

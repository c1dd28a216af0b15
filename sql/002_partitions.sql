-- LaskoBOT Runs: monthly partitions of tool_calls. Safe to run again.

create table if not exists tool_calls_default partition of tool_calls default;
comment on table tool_calls_default is 'Calls of months that have no partition.';

-- Makes the partitions of `months` months from the month of `from_date`, and moves what the default partition holds of
-- them. Answers how many it made. Rights on a partition would bypass the policies of tool_calls, so it grants none.
create or replace function laskobot_ensure_partitions(from_date date, months int) returns int
language plpgsql
security definer
set search_path = public, pg_temp
as $$
declare
  first_day timestamptz;
  next_day timestamptz;
  part text;
  role_name text;
  columns constant text := 'project_id, call_id, run_id, seq, event_uuid, tool_name, started_at, ended_at, success, '
    'error_msg, input_jsonb, output_jsonb, instance_id, session_id, tab_id, url_at_call, page_sig_id, elem_sig_id, '
    'ingested_at, ingested_xid';
  made int := 0;
begin
  for i in 0 .. months - 1 loop
    first_day := (date_trunc('month', from_date::timestamp) + make_interval(months => i)) at time zone 'UTC';
    next_day := (date_trunc('month', from_date::timestamp) + make_interval(months => i + 1)) at time zone 'UTC';
    part := 'tool_calls_' || to_char(first_day at time zone 'UTC', 'YYYYMM');
    if to_regclass(part) is null then
      -- Attached only when filled: `create table … partition of` takes a lock that stops all inserts, and fails where the
      -- default partition holds rows of the month.
      execute format('create table %I (like tool_calls including defaults including generated)', part);
      execute format(
        'with moved as (delete from tool_calls_default where started_at >= %L and started_at < %L returning %s) '
        'insert into %I (%s) select %s from moved', first_day, next_day, columns, part, columns, columns);
      execute format(
        'alter table tool_calls attach partition %I for values from (%L) to (%L)', part, first_day, next_day);
      made := made + 1;
    end if;
    execute format('alter table %I enable row level security', part);
    execute format('alter table %I force row level security', part);
    -- What default privileges may have granted.
    execute format('revoke all on %I from public', part);
    for role_name in select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role') loop
      execute format('revoke all on %I from %I', part, role_name);
    end loop;
  end loop;
  return made;
end
$$;

select laskobot_ensure_partitions((current_date - interval '1 month')::date, 5);

insert into laskobot_migrations (name) values ('002_partitions') on conflict (name) do nothing;

-- LaskoBOT Runs: what retention, archives and backfills need. Safe to run again.

alter table artifacts add column if not exists state text not null default 'named'
  check (state in ('named', 'verified', 'missing', 'quarantined'));
alter table artifacts add column if not exists checked_at timestamptz;
comment on column artifacts.state is
  'named: not looked at yet; verified: the bytes have the hash; missing: nothing is stored; quarantined: other bytes were.';
-- Serves the job that verifies: what was not looked at, and what was missing at the last look.
create index if not exists artifacts_unverified_idx on artifacts (project_id, storage_path)
  where state in ('named', 'missing');

create table if not exists archives (
  project_id uuid not null,
  -- First day of the month, UTC.
  month date not null,
  part int not null,
  -- {bucket}/{project_id}/archive/{YYYYMM}-{part}-{hash}.jsonl.gz
  storage_path text not null,
  row_ct int not null,
  -- SHA-256 of the file, 64 hex digits.
  content_hash text not null,
  archived_at timestamptz not null default now(),
  primary key (project_id, month, part)
);
comment on table archives is 'Files in Storage that hold the calls and events of months that are no longer hot.';

create table if not exists archive_holds (
  month date primary key,
  held_until timestamptz not null
);
comment on table archive_holds is 'Months that were restored, and until when they stay.';

create table if not exists backfill_files (
  project_id uuid not null,
  -- Absolute path of the file.
  source text not null,
  -- Lines that were read into backfill_lines.
  line_ct bigint not null default 0,
  primary key (project_id, source)
);
comment on table backfill_files is 'How far each file of a backfill was read.';

create table if not exists backfill_lines (
  project_id uuid not null,
  source text not null,
  line_no bigint not null,
  -- As it stood in the file: what is wrong with it is found when it is moved on.
  line text not null,
  primary key (project_id, source, line_no)
);
comment on table backfill_lines is 'Lines of a backfill that are not in the real tables yet.';

-- Serves retention: the sessions whose time is over.
create index if not exists sessions_ttl_idx on sessions (ttl_expires_at) where ttl_expires_at is not null;
-- Serves retention: the runs whose artifacts go early.
create index if not exists runs_failed_idx on runs (project_id, ended_at) where status = 'failed';
-- Serves retention: the events of a month.
create index if not exists events_occurred_idx on events (project_id, occurred_at);
-- Serves `laskobot-runs erase --user-hash`.
create index if not exists sessions_user_idx on sessions (project_id, user_hash) where user_hash is not null;

-- Months, as first days, of the rows in the default partition.
create or replace function laskobot_default_months() returns setof date
language sql
stable
security definer
set search_path = public, pg_temp
as $$
  select distinct date_trunc('month', started_at at time zone 'UTC')::date from tool_calls_default
$$;

-- Months, as first days, that have a partition.
create or replace function laskobot_partition_months() returns setof date
language sql
stable
as $$
  select to_date(right(c.relname, 6), 'YYYYMM')
  from pg_inherits i join pg_class c on c.oid = i.inhrelid
  where i.inhparent = 'tool_calls'::regclass and c.relname ~ '^tool_calls_[0-9]{6}$'
$$;

-- Drops the partition of a month, unless it holds a row; answers whether it did.
create or replace function laskobot_drop_partition(month date) returns boolean
language plpgsql
security definer
set search_path = public, pg_temp
as $$
declare
  part constant text := 'tool_calls_' || to_char(month, 'YYYYMM');
  filled boolean;
begin
  if to_regclass(part) is null then
    return false;
  end if;
  -- Nothing is written to it between the look and the drop. Not at any price: writers queue behind a lock that waits.
  perform set_config('lock_timeout', '2s', true);
  execute format('lock table tool_calls, %I in access exclusive mode', part);
  execute format('select exists (select from tool_calls where started_at >= %L and started_at < %L)',
    month::timestamp at time zone 'UTC', (month + interval '1 month')::timestamp at time zone 'UTC') into filled;
  if filled then
    return false;
  end if;
  execute format('drop table %I', part);
  return true;
end
$$;

select laskobot_protect(name, false)
from unnest(array['archives', 'archive_holds', 'backfill_files', 'backfill_lines']) as name;

-- Supabase grants every new function to its API's roles, and these would run as their owner.
do $$
declare
  role_name text;
begin
  for role_name in select 'public' union select rolname from pg_roles where rolname in ('anon', 'authenticated') loop
    execute format('revoke all on function laskobot_default_months(), laskobot_partition_months(), '
      'laskobot_drop_partition(date), laskobot_ensure_partitions(date, int), laskobot_protect(text, boolean), '
      'laskobot_lookup_project(uuid, text[], text[], text[], text[], jsonb[], int, int[]), '
      'laskobot_lookups(uuid[], text[], text[], text[], text[], jsonb[], int, int[]) from %s',
      case role_name when 'public' then 'public' else quote_ident(role_name) end);
  end loop;
end
$$;
grant execute on function laskobot_default_months(), laskobot_partition_months(), laskobot_drop_partition(date)
  to laskobot_admin;

insert into laskobot_migrations (name) values ('005_retention') on conflict (name) do nothing;

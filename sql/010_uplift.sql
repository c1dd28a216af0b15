-- LaskoBOT Runs: what hints bring, measured against runs that are not told them. Safe to run again.

-- Repeated from hint_decisions, so that a lookup sees it without another read.
alter table hints add column if not exists pinned boolean not null default false;
comment on column hints.pinned is 'An operator decided that this version is served: it is withheld from nobody.';
create table if not exists hint_exposures (
  project_id uuid not null,
  run_id uuid not null,
  -- Of the version. No foreign key: its check would lock a row that all runs meet.
  hint_id bigint not null,
  -- served and withheld were drawn; always: told without a draw, because it is pinned or nothing is held out.
  arm text not null check (arm in ('served', 'withheld', 'always')),
  -- The first lookup of the run that told or withheld it.
  exposed_at timestamptz not null,
  -- The transaction that wrote it: the uplift job reads up to the oldest one still running.
  ingested_xid xid8 not null default pg_current_xact_id(),
  -- Of the run's first call on the control after that; null where there is none.
  called_at timestamptz,
  success boolean,
  -- From the exposure, or the end of the call before that one where it is later, to the end of the first call that succeeded.
  elapsed_ms int,
  -- What the page reported: found at least once, or refused each time; null: nothing.
  verified boolean,
  acted boolean not null default false,
  reported_wrong boolean not null default false,
  primary key (project_id, run_id, hint_id)
);
comment on table hint_exposures is 'Which run was told or denied which hint, and how it then fared.';
-- Serves the uplift job, which reads all projects in the order of arrival.
create index if not exists hint_exposures_ingested_idx on hint_exposures (ingested_xid);
-- Serves GET /v1/hints/uplift, and retention.
create index if not exists hint_exposures_exposed_idx on hint_exposures (project_id, exposed_at);

select laskobot_protect('hint_exposures', true);
grant select, insert on hint_exposures to laskobot_app;

do $$
declare
  before constant text := current_setting('role');
begin
  -- The owner of the tables sees no rows.
  perform set_config('role', 'laskobot_admin', true);
  update hints h set pinned = true
  from hint_decisions d
  where d.project_id = h.project_id and d.elem_sig_id = h.elem_sig_id and d.hint_type = h.hint_type
    and d.decision = 'pin' and d.version = h.version and not h.pinned;
  -- What is older than all exposures need not be read.
  insert into job_watermarks (job, source, xid)
  select 'uplift', source, (pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1)::text::xid8
  from unnest(array['tool_calls', 'events']) as source
  on conflict (job, source) do nothing;
  perform set_config('role', before, true);
end
$$;

insert into laskobot_migrations (name) values ('010_uplift') on conflict (name) do nothing;

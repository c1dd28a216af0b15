-- LaskoBOT Runs: erasure on request. Safe to run again.

create table if not exists erase_requests (
  project_id uuid not null,
  erase_id uuid not null default gen_random_uuid(),
  -- What is erased: one of the three.
  session_id text,
  user_hash text,
  domain text,
  requested_at timestamptz not null default now(),
  -- When a job first took it up: what is asked for after that may mean rows that it has passed already.
  started_at timestamptz,
  -- Null while something is left to do.
  finished_at timestamptz,
  -- What went so far: rows by table, rows in archives, blobs.
  row_cts jsonb not null default '{}',
  archived_ct int not null default 0,
  blob_ct int not null default 0,
  -- Why the last try did not finish.
  error text,
  primary key (project_id, erase_id),
  check (num_nonnulls(session_id, user_hash, domain) = 1)
);
comment on table erase_requests is 'What is to be erased, and the receipts of what was.';
-- Serves POST /v1/erase: the same asked twice is one request until it is taken up.
create unique index if not exists erase_requests_waiting_key
  on erase_requests (project_id, session_id, user_hash, domain) nulls not distinct where started_at is null;
-- Serves the job: the oldest open requests.
create index if not exists erase_requests_open_idx on erase_requests (requested_at) where finished_at is null;

create table if not exists erase_work (
  project_id uuid not null,
  erase_id uuid not null,
  -- session, run: what archived rows are known by; page: url_norm that the cache must forget; archive, blob: storage
  -- path of what must go.
  kind text not null check (kind in ('session', 'run', 'page', 'archive', 'blob')),
  value text not null,
  primary key (project_id, erase_id, kind, value),
  foreign key (project_id, erase_id) references erase_requests on delete cascade
);
comment on table erase_work is
  'What is left to do for an open request, written in the transactions that erased the rows that told it.';

select laskobot_protect('erase_requests', true), laskobot_protect('erase_work', false);
grant select, insert on erase_requests to laskobot_app;

insert into laskobot_migrations (name) values ('006_erase') on conflict (name) do nothing;

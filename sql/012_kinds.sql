-- LaskoBOT Runs: what controls were waited for, and what followed their use. Safe to run again.

create table if not exists control_uses (
  project_id uuid not null,
  elem_sig_id bigint not null,
  -- The instance that told it; the run, where no instance was named. A flood from one is one vote a day.
  voter text not null,
  day date not null,
  use_ct int not null default 0,
  -- Uses after which nothing of what follows here was seen.
  nothing_ct int not null default 0,
  same_document_ct int not null default 0,
  load_ct int not null default 0,
  download_ct int not null default 0,
  dialog_ct int not null default 0,
  -- Requests by POST, PUT, PATCH and the like; by DELETE; and those of which browsers do not tell the method.
  change_ct int not null default 0,
  delete_ct int not null default 0,
  unseen_ct int not null default 0,
  -- Dialogs that asked, and in which a use changed something then.
  confirmed_ct int not null default 0,
  -- 1 to 4, see OP_CLASSES: the worst that was seen.
  worst smallint not null default 1,
  -- Until the control could be used, of uses that succeeded, in ms.
  longest_wait int,
  primary key (project_id, elem_sig_id, voter, day),
  foreign key (project_id, elem_sig_id) references element_signatures on delete cascade
);
comment on table control_uses is 'What followed the use of controls (events call.effects), by reporter and day.';
-- Serves erasure by session.
create index if not exists control_uses_voter_idx on control_uses (project_id, voter);

create table if not exists control_requests (
  project_id uuid not null,
  elem_sig_id bigint not null,
  method text not null,
  -- Of the page's origin, ids as :id.
  path text not null,
  request_ct int not null,
  primary key (project_id, elem_sig_id, method, path),
  foreign key (project_id, elem_sig_id) references element_signatures on delete cascade
);
comment on table control_requests is 'Requests by methods that change state that followed the use of controls.';

create table if not exists control_waits (
  project_id uuid not null,
  elem_sig_id bigint not null,
  signal text not null,
  -- Of the logarithmic histogram of server/hints/sketch.ts: two of them are merged by adding.
  bucket smallint not null,
  wait_ct int not null,
  primary key (project_id, elem_sig_id, signal, bucket),
  foreign key (project_id, elem_sig_id) references element_signatures on delete cascade
);
comment on table control_waits is 'How long until each signal came, of uses of controls that succeeded.';

create table if not exists control_signals (
  project_id uuid not null,
  elem_sig_id bigint not null,
  signal text not null,
  -- Of a signal before the control could be used: whether it could when the signal came. Of the others: how uses ended at which it
  -- was the last that had come.
  enough_ct int not null,
  too_soon_ct int not null,
  primary key (project_id, elem_sig_id, signal),
  foreign key (project_id, elem_sig_id) references element_signatures on delete cascade
);
comment on table control_signals is 'Which signals it was enough to wait for.';

select laskobot_protect(name, true)
from unnest(array['control_uses', 'control_requests', 'control_waits', 'control_signals']) as t(name);

insert into laskobot_migrations (name) values ('012_kinds') on conflict (name) do nothing;

-- LaskoBOT Runs: what the aggregate job adds to, again and again. Safe to run again.

-- Room beside each row for its next version: an update that finds some, and changes no indexed column, writes to no index.
alter table hint_stats set (fillfactor = 60);
alter table hint_stat_days set (fillfactor = 70);
alter table hint_stat_tools set (fillfactor = 70);
alter table hint_stat_latencies set (fillfactor = 70);
alter table control_uses set (fillfactor = 80);
alter table control_waits set (fillfactor = 70);
alter table control_signals set (fillfactor = 70);
alter table touched_elements set (fillfactor = 70);

-- The aggregate job draws the ids of new rows before it inserts them.
grant usage on sequence hint_stats_id_seq to laskobot_admin;

insert into laskobot_migrations (name) values ('017_fold') on conflict (name) do nothing;

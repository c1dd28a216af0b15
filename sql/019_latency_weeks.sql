-- LaskoBOT Runs: latencies by week, so that they age. Safe to run again.

do $$
begin
  if not exists (
    select from information_schema.columns
    where table_schema = 'public' and table_name = 'hint_stat_latencies' and column_name = 'week')
  then
    alter table hint_stat_latencies
      add column week date not null default date_trunc('week', now())::date,
      -- In ms: the mean is exact, the quantiles are those of the buckets.
      add column latency_sum bigint not null default 0;
    alter table hint_stat_latencies alter column week drop default;
    alter table hint_stat_latencies drop constraint hint_stat_latencies_pkey;
    alter table hint_stat_latencies add constraint hint_stat_latencies_key
      primary key (project_id, stat_id, week, bucket);
    -- The tables' owner sees no rows. What was counted before has the time that stands for its bucket.
    perform set_config('role', 'laskobot_admin', true);
    update hint_stat_latencies set latency_sum = round(latency_ct * 2 * power(1.05 / 0.95, bucket) / (1.05 / 0.95 + 1));
    reset role;
  end if;
end
$$;

insert into laskobot_migrations (name) values ('019_latency_weeks') on conflict (name) do nothing;

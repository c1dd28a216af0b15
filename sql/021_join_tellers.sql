-- LaskoBOT Runs: who told that a control was found in another form, so that nobody joins two alone. Safe to run again.

do $$
begin
  if not exists (
    select from information_schema.columns
    where table_schema = 'public' and table_name = 'element_joins' and column_name = 'held_at')
  then
    alter table element_joins
      -- Hashes of some of the instances (runs, where no instance was told) that told it, and some of their API keys.
      add column voters int[] not null default '{}',
      add column keys int[] not null default '{}',
      -- Since when enough of them did: from then on the two forms are one control.
      add column held_at timestamptz;
    -- The tables' owner sees no rows. Who told what was joined before is not known; it stays so.
    perform set_config('role', 'laskobot_admin', true);
    update element_joins set held_at = last_at;
    reset role;
  end if;
end
$$;

insert into laskobot_migrations (name) values ('021_join_tellers') on conflict (name) do nothing;

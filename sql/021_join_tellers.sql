-- LaskoBOT Runs: who sends, and who told that a control was found in another form: nobody decides alone at once. Safe to run again.

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
      -- When the first of them arrived.
      add column told_at timestamptz,
      -- Since when enough of them did: from then on the two forms are one control.
      add column held_at timestamptz;
    -- The tables' owner sees no rows. Who told what was joined before is not known; it stays so.
    perform set_config('role', 'laskobot_admin', true);
    update element_joins set held_at = last_at;
    reset role;
  end if;
end
$$;

do $$
begin
  if to_regclass('public.sending_keys') is null then
    create table sending_keys (
      project_id uuid not null,
      key_no int not null,
      -- The newest day, by the server's clock, of which a call that it sent was folded.
      last_day date not null,
      primary key (project_id, key_no)
    );
    perform set_config('role', 'laskobot_admin', true);
    create temporary table sent on commit drop as
      select project_id, key_no, max(day) as last_day from hint_stat_days where key_no > 0 group by project_id, key_no;
    reset role;
    insert into sending_keys select * from sent;
  end if;
end
$$;
comment on table sending_keys is 'API keys that send calls: where several do, what one alone tells of a control has to stand longer.';
select laskobot_protect('sending_keys', true);

insert into laskobot_migrations (name) values ('021_join_tellers') on conflict (name) do nothing;

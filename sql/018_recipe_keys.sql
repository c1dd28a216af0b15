-- LaskoBOT Runs: which API key told of a recipe. Safe to run again.

-- What each key told is a vote of its own; 0: not known.
alter table recipe_votes add column if not exists key_no int not null default 0;
do $$
begin
  if not exists (select from pg_constraint where conname = 'recipe_votes_key') then
    alter table recipe_votes drop constraint recipe_votes_pkey;
    alter table recipe_votes add constraint recipe_votes_key primary key (project_id, recipe_id, voter, day, key_no);
  end if;
end
$$;

insert into laskobot_migrations (name) values ('018_recipe_keys') on conflict (name) do nothing;

-- LaskoBOT Runs: states of a page that differ in few bits, found by index. Safe to run again.

-- Two SimHashes of 64 bits that differ in at most six bits agree in at least one of seven bands (Manku, Jain and Das Sarma 2007:
-- "Detecting near-duplicates for web crawling", by the pigeonhole principle). A band is hashed with its place and the page's key,
-- so that equality alone finds it: row-level security lets nothing else into the condition of an index.
create or replace function laskobot_bands(key text, simhash bit(64)) returns bigint[]
language sql
immutable
strict
parallel safe
as $$
  select array_agg(
    ('x' || left(md5(place || ' ' || substring(simhash from 1 + 9 * place for case place when 6 then 10 else 9 end)::text
      || ' ' || key), 16))::bit(64)::bigint
    order by place)
  from generate_series(0, 6) as place
$$;

create table if not exists page_state_bands (
  project_id uuid not null,
  band bigint not null,
  page_sig_id bigint not null,
  primary key (project_id, band, page_sig_id),
  foreign key (project_id, page_sig_id) references page_signatures on delete cascade
);
comment on table page_state_bands is 'Parts of the SimHashes of page states, by which near ones are found.';
-- Serves the foreign key.
create index if not exists page_state_bands_page_idx on page_state_bands (project_id, page_sig_id);

-- A lookup compares the 200 newest states of a page whatever they are; bands are for those of pages that have more.
create or replace function laskobot_index_state() returns trigger
language plpgsql
as $$
declare
  compared constant int := 200;
  key constant text := coalesce(new.page_key, new.url_norm);
  first_id bigint;
  -- Other states of the page to look at; null: all.
  others bigint;
begin
  if tg_op = 'UPDATE' then
    delete from page_state_bands where project_id = new.project_id and page_sig_id = new.page_sig_id;
  end if;
  perform from page_signatures p
  where p.project_id = new.project_id and coalesce(p.page_key, p.url_norm) = key
  order by p.last_seen desc offset compared limit 1;
  if not found then return null; end if;

  select p.page_sig_id into first_id from page_signatures p
  where p.project_id = new.project_id and coalesce(p.page_key, p.url_norm) = key and p.dom_simhash is not null
  order by p.last_seen limit 1;
  -- All of the page, when it is the first time; later now and then the newest, because of those that were written at once with the
  -- one by which it was too many, each saw fewer than there were.
  others := case
    when not exists (select from page_state_bands where project_id = new.project_id and page_sig_id = first_id) then null
    when new.page_sig_id % 64 = 0 then 2 * compared
    else 0
  end;
  insert into page_state_bands (project_id, band, page_sig_id)
  select new.project_id, band, p.page_sig_id
  from (
    select p.page_sig_id, p.dom_simhash from page_signatures p
    where p.project_id = new.project_id and coalesce(p.page_key, p.url_norm) = key
    order by p.last_seen desc limit others
  ) p
  cross join unnest(laskobot_bands(key, p.dom_simhash)) as band
  where not exists (select from page_state_bands b where b.project_id = new.project_id and b.page_sig_id = p.page_sig_id)
  union all
  select new.project_id, band, new.page_sig_id from unnest(laskobot_bands(key, new.dom_simhash)) as band
  on conflict do nothing;
  return null;
end
$$;

drop trigger if exists page_signatures_bands on page_signatures;
create trigger page_signatures_bands after insert on page_signatures
  for each row when (new.dom_simhash is not null) execute function laskobot_index_state();
drop trigger if exists page_signatures_bands_again on page_signatures;
create trigger page_signatures_bands_again after update of page_key, dom_simhash on page_signatures
  for each row when (
    new.dom_simhash is not null
    and (new.page_key is distinct from old.page_key or new.dom_simhash is distinct from old.dom_simhash))
  execute function laskobot_index_state();

select laskobot_protect('page_state_bands', true);
grant select, insert, delete on page_state_bands to laskobot_app;
revoke all on function laskobot_bands(text, bit) from public;
grant execute on function laskobot_bands(text, bit) to laskobot_app, laskobot_admin;

do $$
begin
  if exists (select from laskobot_migrations where name = '011_near') then return; end if;
  -- States of an earlier version.
  perform set_config('role', 'laskobot_admin', true);
  insert into page_state_bands (project_id, band, page_sig_id)
  select p.project_id, band, p.page_sig_id
  from (
    select project_id, coalesce(page_key, url_norm) as key from page_signatures group by 1, 2 having count(*) > 200
  ) many
  join page_signatures p on p.project_id = many.project_id and coalesce(p.page_key, p.url_norm) = many.key
  cross join unnest(laskobot_bands(many.key, p.dom_simhash)) as band
  on conflict do nothing;
  reset role;
end
$$;

insert into laskobot_migrations (name) values ('011_near') on conflict (name) do nothing;

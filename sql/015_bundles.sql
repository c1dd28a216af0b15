-- LaskoBOT Runs: hints for pages of a domain that nobody met, and signed bundles of all hints of a domain. Safe to run again.

-- Host of the page that it is served for.
alter table hints add column if not exists domain text generated always as (split_part(url_norm, '/', 3)) stored;
-- Serves the making of a bundle.
create index if not exists hints_domain_idx on hints (project_id, domain)
  where state in ('active', 'canary') and superseded_at is null;

-- Serves a lookup of a state that nobody met, and the ingest of a new one. As a case: row-level security lets no coalesce into the
-- condition of an index, and all pages would be read.
create index if not exists page_signatures_state_idx
  on page_signatures (project_id, (case when page_key is null then url_norm else page_key end), last_seen desc);
drop index if exists page_signatures_key_idx;

-- As 011_near.sql has it, but by that index.
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
  where p.project_id = new.project_id and case when p.page_key is null then p.url_norm else p.page_key end = key
  order by p.last_seen desc offset compared limit 1;
  if not found then return null; end if;

  select p.page_sig_id into first_id from page_signatures p
  where p.project_id = new.project_id and case when p.page_key is null then p.url_norm else p.page_key end = key and p.dom_simhash is not null
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
    where p.project_id = new.project_id and case when p.page_key is null then p.url_norm else p.page_key end = key
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

create table if not exists domain_controls (
  project_id uuid not null,
  domain text not null,
  -- Of the control's selector_norm and attr_fingerprint_hash: what has the same form on several pages is one control of the domain.
  form text not null,
  -- Page key.
  url_norm text not null,
  -- Where the hints about it are kept.
  elem_sig_id bigint not null,
  verdict text not null check (verdict in ('right', 'wrong', 'vetoed')),
  primary key (project_id, domain, form, url_norm),
  foreign key (project_id, elem_sig_id) references element_signatures on delete cascade
);
comment on table domain_controls is 'Controls by the pages of a domain on which there is, or was, an active hint of how to find them.';
-- Serves the choice of what is told: what speaks against a control first.
create index if not exists domain_controls_verdict_idx on domain_controls (project_id, domain, form, verdict desc);
-- Serves the aggregate job, and the foreign key.
create index if not exists domain_controls_element_idx on domain_controls (project_id, elem_sig_id);

create table if not exists domain_hints (
  project_id uuid not null,
  domain text not null,
  form text not null,
  -- The one of its signatures whose hints are told.
  elem_sig_id bigint not null,
  -- Page keys on which it was right.
  pages int not null,
  primary key (project_id, domain, form),
  foreign key (project_id, elem_sig_id) references element_signatures on delete cascade
);
comment on table domain_hints is 'Controls that were right on enough pages of a domain to be offered on pages of it that nobody met.';
-- Serves a lookup: those of a domain, on most pages first.
create index if not exists domain_hints_pages_idx on domain_hints (project_id, domain, pages desc);
-- Serves the foreign key.
create index if not exists domain_hints_element_idx on domain_hints (project_id, elem_sig_id);

create table if not exists hint_bundles (
  project_id uuid not null,
  domain text not null,
  -- Goes up whenever other versions of hints are served for the domain.
  version bigint not null default 1,
  -- The bundle of that version; null until somebody asks for it.
  payload text,
  signature text,
  etag text,
  made_at timestamptz,
  primary key (project_id, domain)
);
comment on table hint_bundles is 'Version of what is served for each domain, and its signed bundle.';

create table if not exists signing_keys (
  project_id uuid primary key,
  -- SPKI and PKCS #8 of a key pair on the curve P-256, in base64url.
  public_key text not null,
  private_key text not null,
  created_at timestamptz not null default now()
);
comment on table signing_keys is 'With what the bundles of a project are signed.';

select laskobot_protect(name, name <> 'signing_keys')
from unnest(array['domain_controls', 'domain_hints', 'hint_bundles', 'signing_keys']) as t(name);
grant select on domain_hints, domain_controls to laskobot_app;
grant select, update on hint_bundles to laskobot_app;

create or replace function laskobot_form(selector_norm text, attr_fingerprint_hash text) returns text
language sql
immutable
parallel safe
as $$ select md5(selector_norm || ' ' || attr_fingerprint_hash) $$;

-- Tells controls of domains anew: what was right on at least three pages more than it was wrong on, and was nowhere vetoed.
create or replace function laskobot_tell_controls(projects uuid[], domains text[], forms text[]) returns void
language plpgsql
as $$
declare
  least_pages constant int := 3;
  -- More pages of one control say nothing new.
  pages_compared constant int := 64;
begin
  with asked as materialized (
    select distinct project_id, domain, form from unnest(projects, domains, forms) as i(project_id, domain, form)
  ), told as materialized (
    select a.project_id, a.domain, a.form, t.elem_sig_id, t.pages
    from asked a
    cross join lateral (
      select (array_agg(c.elem_sig_id order by h.confidence desc nulls last, c.elem_sig_id)
          filter (where c.verdict = 'right'))[1] as elem_sig_id,
        count(*) filter (where c.verdict = 'right') as pages, count(*) filter (where c.verdict = 'wrong') as wrong,
        count(*) filter (where c.verdict = 'vetoed') as vetoed
      from (
        select c.elem_sig_id, c.verdict from domain_controls c
        where c.project_id = a.project_id and c.domain = a.domain and c.form = a.form
        order by c.verdict desc limit pages_compared
      ) c
      left join hints h on h.project_id = a.project_id and h.elem_sig_id = c.elem_sig_id
        and h.hint_type = 'best_selector' and h.state = 'active' and h.superseded_at is null
    ) t
    where t.vetoed = 0 and t.pages - t.wrong >= least_pages
  ), gone as (
    delete from domain_hints d using asked a
    where d.project_id = a.project_id and d.domain = a.domain and d.form = a.form
      and not exists (
        select from told t where t.project_id = d.project_id and t.domain = d.domain and t.form = d.form)
  )
  insert into domain_hints as d (project_id, domain, form, elem_sig_id, pages)
  select project_id, domain, form, elem_sig_id, pages from told order by project_id, domain, form
  on conflict (project_id, domain, form) do update set elem_sig_id = excluded.elem_sig_id, pages = excluded.pages
  where (d.elem_sig_id, d.pages) is distinct from (excluded.elem_sig_id, excluded.pages);
end
$$;

-- The version of a domain goes up with each change of what is served for it, whoever makes the change. What only became better known
-- is no change.
create or replace function laskobot_bump_bundles() returns trigger
language plpgsql
as $$
begin
  if tg_op = 'INSERT' then
    insert into hint_bundles as b (project_id, domain)
    select distinct project_id, domain from new_hints
    where state in ('active', 'canary') and superseded_at is null and domain <> '' order by project_id, domain
    on conflict (project_id, domain) do update set
      version = b.version + 1, payload = null, signature = null, etag = null, made_at = null;
  elsif tg_op = 'UPDATE' then
    insert into hint_bundles as b (project_id, domain)
    select distinct d.project_id, d.domain
    from old_hints o
    join new_hints n using (project_id, id)
    cross join lateral (values (o.project_id, o.domain), (n.project_id, n.domain)) as d(project_id, domain)
    where d.domain <> ''
      and (o.state in ('active', 'canary') and o.superseded_at is null
        or n.state in ('active', 'canary') and n.superseded_at is null)
      and (o.state, o.superseded_at is null, o.pinned, o.url_norm) is distinct from
        (n.state, n.superseded_at is null, n.pinned, n.url_norm)
    order by 1, 2
    on conflict (project_id, domain) do update set
      version = b.version + 1, payload = null, signature = null, etag = null, made_at = null;
  else
    update hint_bundles b set version = b.version + 1, payload = null, signature = null, etag = null, made_at = null
    from (
      select distinct project_id, domain from old_hints
      where state in ('active', 'canary') and superseded_at is null order by 1, 2
    ) d
    where b.project_id = d.project_id and b.domain = d.domain;
  end if;
  return null;
end
$$;

drop trigger if exists hints_bundles_insert on hints;
create trigger hints_bundles_insert after insert on hints referencing new table as new_hints
  for each statement execute function laskobot_bump_bundles();
drop trigger if exists hints_bundles_update on hints;
create trigger hints_bundles_update after update on hints referencing old table as old_hints new table as new_hints
  for each statement execute function laskobot_bump_bundles();
drop trigger if exists hints_bundles_delete on hints;
create trigger hints_bundles_delete after delete on hints referencing old table as old_hints
  for each statement execute function laskobot_bump_bundles();

revoke all on function laskobot_form(text, text) from public;
grant execute on function laskobot_form(text, text) to laskobot_admin;
revoke all on function laskobot_tell_controls(uuid[], text[], text[]) from public;
grant execute on function laskobot_tell_controls(uuid[], text[], text[]) to laskobot_admin;
revoke all on function laskobot_bump_bundles() from public;

-- Lookups of one project, each about the state of a page (itself, else the nearest, else one of the same title, else the
-- newest), and the hints served for its address: those of the page as a whole first, since a bounded answer is to lack none of them,
-- then those about elements that the state has, then by confidence. Where there are none, those about controls of its domain, on most
-- pages first. With `wanted` ([{selector_norm?, role?, text_hash?, attr_fingerprint_hash?}]) an element must agree with one of them in
-- every field that it has. Answers [{page_sig_id, key, distance, exact, hints: [{hint_id, …, page_sig_id, dom_fingerprint_hash,
-- elem_sig_id, selector_norm, …}] | null, elsewhere: [{…, url_norm, pages}] | null, version}, …], page_sig_id null where nobody met
-- the address; version is that of the domain's bundle, null where there is none.
--
-- A statement outside of any transaction is one of its own, so the role and the project that it takes end with it, behind a
-- transaction-mode pooler too. A function, because its plans are kept: to plan takes longer than to look up. One plan for
-- whatever is asked, because Postgres would else plan each call for the arrays that it brings. All lookups in one statement,
-- because to make a plan ready takes longer than to run it. Laterals, because their plan is one of index scans whatever the size
-- of the tables when it was made.
create or replace function laskobot_lookup_project(
  project uuid, urls text[], fingerprints text[], simhashes text[], titles text[], wanted jsonb[], near_bits int,
  max_hints int[]
) returns json
language plpgsql
as $$
declare
  -- Newest states compared, in all (as many as 011_near.sql says) and of those that agree in a band, and best hints looked at: one address may have any number.
  states_compared constant int := 200;
  states_of_band constant int := 50;
  hints_compared constant int := 500;
  -- Controls of a domain looked at.
  controls_compared constant int := 100;
  here_ids bigint[];
  here_fingerprints text[];
  distances int[];
  exact boolean[];
  -- What the addresses are known by: the learned template, else the address.
  keys text[];
  answers json;
  lacking boolean;
  domains text[];
begin
  perform set_config('app.project_id', project::text, true), set_config('role', 'laskobot_app', true),
    set_config('plan_cache_mode', 'force_generic_plan', true);

  select array_agg(p.page_sig_id order by q.place), array_agg(p.dom_fingerprint_hash order by q.place),
    array_agg(p.bits_off order by q.place), array_agg(p.page_sig_id is not null order by q.place),
    array_agg(coalesce(p.page_key, q.url) order by q.place)
  into here_ids, here_fingerprints, distances, exact, keys
  from unnest(urls, fingerprints, simhashes) with ordinality as q(url, fingerprint, simhash, place)
  left join lateral (
    select p.page_sig_id, p.page_key, p.dom_fingerprint_hash,
      bit_count(p.dom_simhash # ('x' || q.simhash)::bit(64)) as bits_off
    from page_signatures p
    where p.project_id = project and p.url_norm = q.url and p.dom_fingerprint_hash = q.fingerprint
    limit 1
  ) p on true;

  if false = any (exact) then
    select array_agg(
      case when q.exact then q.key else coalesce(laskobot_page_key(project, q.key), q.key) end order by q.place)
    into keys
    from unnest(exact, keys) with ordinality as q(exact, key, place);

    select array_agg(coalesce(q.here, s.page_sig_id) order by q.place),
      array_agg(coalesce(q.here_fingerprint, s.dom_fingerprint_hash) order by q.place),
      array_agg(coalesce(q.distance, s.bits_off) order by q.place),
      -- The same state of another address of the template.
      array_agg(q.here is not null or coalesce(s.dom_fingerprint_hash = q.fingerprint, false) order by q.place)
    into here_ids, here_fingerprints, distances, exact
    from unnest(here_ids, here_fingerprints, distances, keys, fingerprints, simhashes, titles) with ordinality
      as q(here, here_fingerprint, distance, key, fingerprint, simhash, title, place)
    left join lateral (
      select s.page_sig_id, s.dom_fingerprint_hash, s.bits_off
      from (
        -- Near ones of any age by their bands, then the newest.
        (
          select p.page_sig_id, p.dom_fingerprint_hash, p.title_hash, p.last_seen,
            bit_count(p.dom_simhash # ('x' || q.simhash)::bit(64)) as bits_off
          from unnest(laskobot_bands(q.key, ('x' || q.simhash)::bit(64))) as near_band
          cross join lateral (
            select b.page_sig_id from page_state_bands b
            where b.project_id = project and b.band = near_band order by b.page_sig_id desc limit states_of_band
          ) b
          join page_signatures p on p.project_id = project and p.page_sig_id = b.page_sig_id
        )
        union all
        (
          select p.page_sig_id, p.dom_fingerprint_hash, p.title_hash, p.last_seen,
            bit_count(p.dom_simhash # ('x' || q.simhash)::bit(64)) as bits_off
          from page_signatures p where p.project_id = project
            and case when p.page_key is null then p.url_norm else p.page_key end = q.key
          order by p.last_seen desc limit states_compared
        )
      ) s
      where q.here is null
      order by coalesce(s.dom_fingerprint_hash = q.fingerprint, false) desc,
        coalesce(s.bits_off <= near_bits, false) desc, s.bits_off, s.title_hash is not distinct from q.title desc,
        s.last_seen desc
      limit 1
    ) s on true;
  end if;

  select
    json_agg(
      json_build_object('page_sig_id', q.here::text, 'key', q.key, 'distance', q.distance, 'exact', q.exact, 'hints', f.hints,
        'version', (
          select v.version from hint_bundles v where v.project_id = project and v.domain = split_part(q.key, '/', 3)))
      order by q.place),
    bool_or(f.hints is null)
  into answers, lacking
  from unnest(here_ids, here_fingerprints, distances, exact, keys, wanted, max_hints) with ordinality
    as q(here, here_fingerprint, distance, exact, key, wanted, most, place)
  cross join lateral (
    select json_agg(b) as hints
    from (
      select h.id::text as hint_id, h.hint_type, h.state, h.version, h.pinned, h.confidence::float8, h.hint_data as data,
        h.evidence, (case when place.here_id is null then h.page_sig_id else q.here end)::text as page_sig_id,
        case
          when place.here_id is not null or h.page_sig_id = q.here then q.here_fingerprint
          else (
            select p.dom_fingerprint_hash from page_signatures p
            where p.project_id = project and p.page_sig_id = h.page_sig_id)
        end as dom_fingerprint_hash,
        coalesce(place.here_id, h.elem_sig_id)::text as elem_sig_id, e.selector_norm, e.role, e.attr_fingerprint_hash
      from (
        select * from hints h
        where h.project_id = project and h.url_norm = q.key and h.state in ('active', 'canary') and h.superseded_at is null
        order by h.confidence desc limit hints_compared
      ) h
      left join element_signatures e on e.project_id = project and e.elem_sig_id = h.elem_sig_id
      -- The same control on the state that is here, where the hint was made from another; `nullif` spares the index
      -- where it was made from this one.
      left join element_signatures other on other.project_id = project
        and other.page_sig_id = nullif(q.here, h.page_sig_id) and other.selector_norm = e.selector_norm
        and other.attr_fingerprint_hash = e.attr_fingerprint_hash
      cross join lateral (
        select case when h.page_sig_id = q.here then h.elem_sig_id else other.elem_sig_id end as here_id
      ) place
      where q.wanted is null or h.elem_sig_id is null
        or laskobot_wanted(q.wanted, e.selector_norm, e.role, e.text_hash, e.attr_fingerprint_hash)
      order by h.elem_sig_id is not null, place.here_id is null, h.confidence desc, h.id
      limit q.most
    ) b
  ) f;
  if not lacking then
    return answers;
  end if;

  -- As a column: row-level security lets no function of one into the condition of an index.
  select array_agg(split_part(q.url, '/', 3) order by q.place) into domains
  from unnest(urls) with ordinality as q(url, place);
  return (
    select json_agg(
      case when a.value ->> 'hints' is not null then a.value
      else (a.value::jsonb || jsonb_build_object('elsewhere', (
        select json_agg(b)
        from (
          select h.id::text as hint_id, h.hint_type, h.state, h.version, h.pinned, h.confidence::float8, h.hint_data as data,
            h.evidence, h.page_sig_id::text, p.dom_fingerprint_hash, h.elem_sig_id::text, e.selector_norm, e.role,
            e.attr_fingerprint_hash, h.url_norm, d.pages
          from (
            select * from domain_hints d
            where d.project_id = project and d.domain = q.domain
              -- What was withdrawn on this page is not offered there by others.
              and not exists (
                select from domain_controls c where c.project_id = project and c.domain = q.domain and c.form = d.form
                  and c.url_norm = q.key and c.verdict = 'wrong')
            order by d.pages desc, d.form limit controls_compared
          ) d
          join hints h on h.project_id = project and h.elem_sig_id = d.elem_sig_id and h.state = 'active'
            and h.superseded_at is null
          join element_signatures e on e.project_id = project and e.elem_sig_id = h.elem_sig_id
          join page_signatures p on p.project_id = project and p.page_sig_id = h.page_sig_id
          where q.wanted is null
            or laskobot_wanted(q.wanted, e.selector_norm, e.role, e.text_hash, e.attr_fingerprint_hash)
          order by d.pages desc, h.confidence desc, h.id
          limit q.most
        ) b)))::json
      end order by q.place)
    from unnest(domains, keys, wanted, max_hints) with ordinality as q(domain, key, wanted, most, place)
    join json_array_elements(answers) with ordinality as a(value, place) using (place));
end
$$;

do $$
begin
  if exists (select from laskobot_migrations where name = '015_bundles') then return; end if;
  -- Hints of an earlier version.
  perform set_config('role', 'laskobot_admin', true);
  insert into hint_bundles (project_id, domain)
  select distinct project_id, domain from hints
  where state in ('active', 'canary') and superseded_at is null and domain <> ''
  on conflict do nothing;
  insert into domain_controls (project_id, domain, form, url_norm, elem_sig_id, verdict)
  select distinct on (h.project_id, h.domain, form, h.url_norm) h.project_id, h.domain,
    laskobot_form(e.selector_norm, e.attr_fingerprint_hash) as form, h.url_norm, h.elem_sig_id, 'right'
  from hints h join element_signatures e on e.project_id = h.project_id and e.elem_sig_id = h.elem_sig_id
  where h.hint_type = 'best_selector' and h.state = 'active' and h.superseded_at is null and h.domain <> ''
  order by 1, 2, 3, 4, h.elem_sig_id
  on conflict do nothing;
  perform laskobot_tell_controls(array_agg(project_id), array_agg(domain), array_agg(form))
  from (select project_id, domain, form from domain_controls group by 1, 2, 3 having count(*) >= 3) often;
  reset role;
end
$$;

insert into laskobot_migrations (name) values ('015_bundles') on conflict (name) do nothing;

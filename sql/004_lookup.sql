-- LaskoBOT Runs: the lookup of hints, in one round trip. Safe to run again.

-- Whether an element is one of those that a lookup names.
create or replace function laskobot_wanted(
  wanted jsonb, selector_norm text, role text, text_hash text, attr_fingerprint_hash text
) returns boolean
language plpgsql
stable
as $$
begin
  return exists (
    select from jsonb_to_recordset(wanted) as c(
      selector_norm text, role text, text_hash text, attr_fingerprint_hash text)
    where coalesce(c.selector_norm = laskobot_wanted.selector_norm, c.selector_norm is null)
      and coalesce(c.role = laskobot_wanted.role, c.role is null)
      and coalesce(c.text_hash = laskobot_wanted.text_hash, c.text_hash is null)
      and coalesce(c.attr_fingerprint_hash = laskobot_wanted.attr_fingerprint_hash, c.attr_fingerprint_hash is null));
end
$$;

-- Lookups of one project, each about the state of a page (itself, else the nearest, else one of the same title, else the
-- newest), and the hints served for its address: those about elements that the state has first, then by confidence. With
-- `wanted` ([{selector_norm?, role?, text_hash?, attr_fingerprint_hash?}]) an element must agree with one of them in every
-- field that it has. Answers [{page_sig_id, key, distance, exact, hints: [{hint_id, …, page_sig_id, dom_fingerprint_hash,
-- elem_sig_id, selector_norm, …}] | null}, …], null where nobody met the address.
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
  here_ids bigint[];
  here_fingerprints text[];
  distances int[];
  exact boolean[];
  -- What the addresses are known by: the learned template, else the address.
  keys text[];
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
          from page_signatures p where p.project_id = project and coalesce(p.page_key, p.url_norm) = q.key
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

  return (
    select json_agg(
      case when q.here is not null then
        json_build_object('page_sig_id', q.here::text, 'key', q.key, 'distance', q.distance, 'exact', q.exact, 'hints', (
          select json_agg(b)
          from (
            select h.id::text as hint_id, h.hint_type, h.state, h.version, h.pinned, h.confidence::float8, h.hint_data as data,
              h.evidence, (case when place.here_id is null then h.page_sig_id else q.here end)::text as page_sig_id,
              case
                when place.here_id is not null or h.page_sig_id = q.here then q.here_fingerprint
                else (
                  select p.dom_fingerprint_hash from page_signatures p
                  where p.project_id = project and p.page_sig_id = h.page_sig_id)
              end as dom_fingerprint_hash,
              coalesce(place.here_id, h.elem_sig_id)::text as elem_sig_id, e.selector_norm, e.role,
              e.attr_fingerprint_hash
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
            order by place.here_id is null, h.confidence desc, h.id
            limit q.most
          ) b))
      end order by q.place)
    from unnest(here_ids, here_fingerprints, distances, exact, keys, wanted, max_hints) with ordinality
      as q(here, here_fingerprint, distance, exact, key, wanted, most, place));
end
$$;

-- Lookups of any projects, each with the rights of its own project only, answered in their order.
create or replace function laskobot_lookups(
  projects uuid[], urls text[], fingerprints text[], simhashes text[], titles text[], wanted jsonb[], near_bits int,
  max_hints int[]
) returns json
language plpgsql
as $$
begin
  if projects[1] = all (projects) then
    return laskobot_lookup_project(projects[1], urls, fingerprints, simhashes, titles, wanted, near_bits, max_hints);
  end if;
  return (
    select json_agg(a.answer order by a.place)
    from (
      select array_agg(q.place order by q.place) as places,
        laskobot_lookup_project(q.project, array_agg(q.url order by q.place), array_agg(q.fingerprint order by q.place),
          array_agg(q.simhash order by q.place), array_agg(q.title order by q.place),
          array_agg(q.wanted order by q.place), near_bits, array_agg(q.most order by q.place)) as answers
      from unnest(projects, urls, fingerprints, simhashes, titles, wanted, max_hints) with ordinality
        as q(project, url, fingerprint, simhash, title, wanted, most, place)
      group by q.project
    ) of_project
    cross join lateral rows from (unnest(of_project.places), json_array_elements(of_project.answers)) as a(place, answer));
end
$$;

revoke all on function laskobot_lookups(uuid[], text[], text[], text[], text[], jsonb[], int, int[]) from public;
grant execute on function laskobot_lookups(uuid[], text[], text[], text[], text[], jsonb[], int, int[]) to laskobot_app;
revoke all on function laskobot_lookup_project(uuid, text[], text[], text[], text[], jsonb[], int, int[]) from public;
grant execute on function laskobot_lookup_project(uuid, text[], text[], text[], text[], jsonb[], int, int[])
  to laskobot_app;
revoke all on function laskobot_wanted(jsonb, text, text, text, text) from public;
grant execute on function laskobot_wanted(jsonb, text, text, text, text) to laskobot_app;

insert into laskobot_migrations (name) values ('004_lookup') on conflict (name) do nothing;

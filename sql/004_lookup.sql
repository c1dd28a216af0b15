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

-- The state of a page that a lookup asks about (itself, else the nearest, else one of the same title, else the newest), and
-- the hints served for its address: those about elements that the state has first, then by confidence. With `wanted`
-- ([{selector_norm?, role?, text_hash?, attr_fingerprint_hash?}]) an element must agree with one of them in every field
-- that it has. Answers {page_sig_id, distance, exact, hints: [{hint_id, …, page_sig_id, dom_fingerprint_hash, elem_sig_id,
-- selector_norm, …}] | null}, or null where nobody met the address.
--
-- A statement outside of any transaction is one of its own, so the role and the project that it takes end with it, behind a
-- transaction-mode pooler too. A function, because its plans are kept: to plan takes longer than to look up. What runs only
-- sometimes stands in functions and subqueries of its own: to make a plan ready takes longer than to run it.
create or replace function laskobot_lookup(
  project uuid, url text, fingerprint text, simhash text, title text, wanted jsonb, near_bits int, max_hints int
) returns json
language plpgsql
as $$
declare
  -- Newest states compared, and best hints looked at: one address may have any number of both.
  states_compared constant int := 500;
  hints_compared constant int := 500;
  bits constant bit(64) := ('x' || simhash)::bit(64);
  here bigint;
  here_fingerprint text;
  distance int;
  exact boolean := true;
  hints_served json;
begin
  perform set_config('app.project_id', project::text, true), set_config('role', 'laskobot_app', true);

  select p.page_sig_id, p.dom_fingerprint_hash, bit_count(p.dom_simhash # bits)
  into here, here_fingerprint, distance
  from page_signatures p
  where p.project_id = project and p.url_norm = url and p.dom_fingerprint_hash = fingerprint;

  if here is null then
    exact := false;
    select s.page_sig_id, s.dom_fingerprint_hash, s.bits_off
    into here, here_fingerprint, distance
    from (
      select p.page_sig_id, p.dom_fingerprint_hash, p.title_hash, p.last_seen, bit_count(p.dom_simhash # bits) as bits_off
      from page_signatures p where p.project_id = project and p.url_norm = url
      order by p.last_seen desc limit states_compared
    ) s
    order by coalesce(s.bits_off <= near_bits, false) desc, s.bits_off, s.title_hash is not distinct from title desc,
      s.last_seen desc
    limit 1;
  end if;
  if here is null then
    return null;
  end if;

  select json_agg(b) into hints_served
  from (
    select h.id::text as hint_id, h.hint_type, h.state, h.version, h.confidence::float8, h.hint_data as data, h.evidence,
      (case when place.here_id is null then h.page_sig_id else here end)::text as page_sig_id,
      case
        when place.here_id is not null or h.page_sig_id = here then here_fingerprint
        else (
          select p.dom_fingerprint_hash from page_signatures p
          where p.project_id = project and p.page_sig_id = h.page_sig_id)
      end as dom_fingerprint_hash,
      coalesce(place.here_id, h.elem_sig_id)::text as elem_sig_id, e.selector_norm, e.role, e.attr_fingerprint_hash
    from (
      select * from hints h
      where h.project_id = project and h.url_norm = url and h.state = 'active' and h.superseded_at is null
      order by h.confidence desc limit hints_compared
    ) h
    left join element_signatures e on e.project_id = project and e.elem_sig_id = h.elem_sig_id
    -- The same control on the state that is here, where the hint was made from another.
    left join element_signatures other on h.page_sig_id <> here and other.project_id = project and other.page_sig_id = here
      and other.selector_norm = e.selector_norm and other.attr_fingerprint_hash = e.attr_fingerprint_hash
    cross join lateral (
      select case when h.page_sig_id = here then h.elem_sig_id else other.elem_sig_id end as here_id
    ) place
    where wanted is null or h.elem_sig_id is null
      or laskobot_wanted(wanted, e.selector_norm, e.role, e.text_hash, e.attr_fingerprint_hash)
    order by place.here_id is null, h.confidence desc, h.id
    limit max_hints
  ) b;
  return json_build_object('page_sig_id', here::text, 'distance', distance, 'exact', exact, 'hints', hints_served);
end
$$;

-- Many lookups in one round trip, each with the rights of its own project only. Answers what laskobot_lookup does of each, in
-- their order.
create or replace function laskobot_lookups(
  projects uuid[], urls text[], fingerprints text[], simhashes text[], titles text[], wanted jsonb[], near_bits int,
  max_hints int[]
) returns json
language plpgsql
as $$
begin
  return (
    select json_agg(
      laskobot_lookup(q.project, q.url, q.fingerprint, q.simhash, q.title, q.wanted, near_bits, q.most) order by q.place)
    from unnest(projects, urls, fingerprints, simhashes, titles, wanted, max_hints)
      with ordinality as q(project, url, fingerprint, simhash, title, wanted, most, place));
end
$$;

revoke all on function laskobot_lookups(uuid[], text[], text[], text[], text[], jsonb[], int, int[]) from public;
grant execute on function laskobot_lookups(uuid[], text[], text[], text[], text[], jsonb[], int, int[]) to laskobot_app;
revoke all on function laskobot_lookup(uuid, text, text, text, text, jsonb, int, int) from public;
grant execute on function laskobot_lookup(uuid, text, text, text, text, jsonb, int, int) to laskobot_app;
revoke all on function laskobot_wanted(jsonb, text, text, text, text) from public;
grant execute on function laskobot_wanted(jsonb, text, text, text, text) to laskobot_app;

insert into laskobot_migrations (name) values ('004_lookup') on conflict (name) do nothing;

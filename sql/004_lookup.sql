-- LaskoBOT Runs: the lookup of hints, in one round trip. Safe to run again.

-- The state of a page that a lookup asks about (itself, else the nearest, else one of the same title, else the newest), and
-- the hints served for its address: those about elements that the state has first, then by confidence. With `wanted`
-- ([{selector_norm?, role?, text_hash?, attr_fingerprint_hash?}]) an element must agree with one of them in every field
-- that it has. Answers {page: {page_sig_id, distance, exact} | null, hints: [Hint]}.
--
-- A statement outside of any transaction is one of its own, so the role and the project that it takes end with it, behind a
-- transaction-mode pooler too. A function, because its plans are kept: to plan takes longer than to look up.
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
  page json;
  hints_served json;
begin
  perform set_config('app.project_id', project::text, true), set_config('role', 'laskobot_app', true);

  select p.page_sig_id,
    json_build_object('page_sig_id', p.page_sig_id::text, 'distance', bit_count(p.dom_simhash # bits), 'exact', true)
  into here, page
  from page_signatures p
  where p.project_id = project and p.url_norm = url and p.dom_fingerprint_hash = fingerprint;

  if here is null then
    select s.page_sig_id,
      json_build_object('page_sig_id', s.page_sig_id::text, 'distance', s.distance, 'exact', false)
    into here, page
    from (
      select p.page_sig_id, p.title_hash, p.last_seen, bit_count(p.dom_simhash # bits) as distance
      from page_signatures p where p.project_id = project and p.url_norm = url
      order by p.last_seen desc limit states_compared
    ) s
    order by coalesce(s.distance <= near_bits, false) desc, s.distance, s.title_hash is not distinct from title desc,
      s.last_seen desc
    limit 1;
  end if;
  if here is null then
    return json_build_object('page', null, 'hints', '[]'::json);
  end if;

  with served as materialized (
    select * from hints h
    where h.project_id = project and h.url_norm = url and h.state = 'active' and h.superseded_at is null
    order by h.confidence desc limit hints_compared
  ), known as (
    select h.*, e.selector_norm, e.role, e.attr_fingerprint_hash, now_here.elem_sig_id as here_id
    from served h
    left join element_signatures e on e.project_id = project and e.elem_sig_id = h.elem_sig_id
    left join element_signatures now_here on now_here.project_id = project and now_here.page_sig_id = here
      and now_here.selector_norm = e.selector_norm and now_here.attr_fingerprint_hash = e.attr_fingerprint_hash
    where wanted is null or h.elem_sig_id is null or exists (
      select from jsonb_to_recordset(wanted) as c(
        selector_norm text, role text, text_hash text, attr_fingerprint_hash text)
      where coalesce(c.selector_norm = e.selector_norm, c.selector_norm is null)
        and coalesce(c.role = e.role, c.role is null)
        and coalesce(c.text_hash = e.text_hash, c.text_hash is null)
        and coalesce(c.attr_fingerprint_hash = e.attr_fingerprint_hash, c.attr_fingerprint_hash is null))
  ), best as (
    select * from known order by here_id is null, confidence desc, id limit max_hints
  )
  select json_agg(json_build_object(
      'hint_id', b.id::text, 'hint_type', b.hint_type, 'state', b.state, 'version', b.version,
      'confidence', b.confidence::float8,
      'page', json_build_object('page_sig_id', p.page_sig_id::text, 'url_norm', p.url_norm,
        'dom_fingerprint_hash', p.dom_fingerprint_hash),
      'element', case when b.elem_sig_id is not null then json_build_object(
        'elem_sig_id', coalesce(b.here_id, b.elem_sig_id)::text, 'selector_norm', b.selector_norm, 'role', b.role,
        'attr_fingerprint_hash', b.attr_fingerprint_hash) end,
      'data', b.hint_data, 'evidence', b.evidence)
    order by b.here_id is null, b.confidence desc, b.id)
  into hints_served
  from best b join page_signatures p
    on p.project_id = project and p.page_sig_id = case when b.here_id is null then b.page_sig_id else here end;
  return json_build_object('page', page, 'hints', coalesce(hints_served, '[]'::json));
end
$$;

revoke all on function laskobot_lookup(uuid, text, text, text, text, jsonb, int, int) from public;
grant execute on function laskobot_lookup(uuid, text, text, text, text, jsonb, int, int) to laskobot_app;

insert into laskobot_migrations (name) values ('004_lookup') on conflict (name) do nothing;

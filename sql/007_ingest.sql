-- LaskoBOT Runs: what a batch tells that is stored already, in one round trip. Safe to run again.

-- Nearly every batch names sessions, instances, tabs, runs, pages and elements that earlier ones told. Answers `news`,
-- {sessions: [session_id…], instances: [instance_id…], tabs: [[instance_id, tab_id]…], runs: [run_id…]} of those that are not
-- stored or say something new, and `known`, {pages: [[n, id]…], elements: [[n, id]…]} of those (`n` counts from 0) that are stored,
-- lack nothing that is told, and were seen within the hour. Runs that are stored are locked against removal until the end of
-- the transaction. A function, because its plans are kept: to plan these reads takes longer than to do them.
create or replace function laskobot_ingest_known(
  project uuid, told_sessions jsonb, told_instances jsonb, told_tabs jsonb, told_runs jsonb,
  page_url text[], page_fingerprint text[], page_has_link boolean[], page_has_title boolean[], page_has_simhash boolean[],
  element_page int[], element_selector text[], element_fingerprint text[], element_has_role boolean[],
  element_has_text boolean[], element_has_identity boolean[], element_has_candidates boolean[]
) returns json
language plpgsql
as $$
declare
  fresh constant timestamptz := now() - interval '1 hour';
  news json;
  known json;
begin
  -- Before they are read: a run that is removed at this moment is missing below, and is made again.
  perform from runs r
  where r.project_id = project
    and r.run_id in (select i.run_id from jsonb_to_recordset(told_runs) as i(run_id uuid))
  order by r.run_id
  for key share;

  select json_build_object(
    'sessions', (
      select coalesce(json_agg(i.session_id), '[]')
      from jsonb_to_recordset(told_sessions) as i(
        session_id text, user_hash text, started_at timestamptz, ended_at timestamptz, ttl_expires_at timestamptz)
      left join sessions s on s.project_id = project and s.session_id = i.session_id
      where s.session_id is null or i.started_at < s.started_at
        or (s.user_hash is null and i.user_hash is not null)
        or (s.ended_at is null and i.ended_at is not null)
        or (s.ttl_expires_at is null and i.ttl_expires_at is not null)
    ),
    'instances', (
      select coalesce(json_agg(i.instance_id), '[]')
      from jsonb_to_recordset(told_instances) as i(
        instance_id text, session_id text, extension text, extension_version text)
      left join instances s on s.project_id = project and s.instance_id = i.instance_id
      where s.instance_id is null
        or (s.session_id is null and i.session_id is not null)
        or (s.extension is null and i.extension is not null)
        or (s.extension_version is null and i.extension_version is not null)
    ),
    'tabs', (
      select coalesce(json_agg(json_build_array(i.instance_id, i.tab_id)), '[]')
      from jsonb_to_recordset(told_tabs) as i(
        instance_id text, tab_id text, url_first_seen text, viewport_w int, viewport_h int, dpr numeric,
        closed_at timestamptz)
      left join tabs s on s.project_id = project and s.instance_id = i.instance_id and s.tab_id = i.tab_id
      where s.tab_id is null
        or (s.url_first_seen is null and i.url_first_seen is not null)
        or (s.viewport_w is null and i.viewport_w is not null)
        or (s.viewport_h is null and i.viewport_h is not null)
        or (s.dpr is null and i.dpr is not null)
        or (s.closed_at is null and i.closed_at is not null)
    ),
    'runs', (
      select coalesce(json_agg(i.run_id), '[]')
      from jsonb_to_recordset(told_runs) as i(
        run_id uuid, session_id text, instance_id text, status text, root_request_id text, started_at timestamptz,
        ended_at timestamptz, server_version text, proto_version text)
      left join runs s on s.project_id = project and s.run_id = i.run_id
      where s.run_id is null or i.started_at < s.started_at
        or (s.status = 'running' and i.status <> 'running')
        or (s.session_id is null and i.session_id is not null)
        or (s.instance_id is null and i.instance_id is not null)
        or (s.root_request_id is null and i.root_request_id is not null)
        or (s.ended_at is null and i.ended_at is not null)
        or (s.server_version is null and i.server_version is not null)
        or (s.proto_version is null and i.proto_version is not null)
    ))
  into news;

  with told_pages as materialized (
    select * from unnest(page_url, page_fingerprint, page_has_link, page_has_title, page_has_simhash) with ordinality
      as i(url, fingerprint, has_link, has_title, has_simhash, place)
  ), stored as (
    -- Two joins, because no index serves `is not distinct from`.
    select i.place, i.has_link, i.has_title, i.has_simhash, p.*
    from told_pages i
    join page_signatures p on p.project_id = project and p.url_norm = i.url and p.dom_fingerprint_hash = i.fingerprint
    union all
    select i.place, i.has_link, i.has_title, i.has_simhash, p.*
    from told_pages i
    join page_signatures p on p.project_id = project and p.url_norm = i.url and p.dom_fingerprint_hash is null
    where i.fingerprint is null
  ), known_pages as materialized (
    select place - 1 as n, page_sig_id from stored
    where last_seen >= fresh
      and (canonical_link_hash is not null or not has_link)
      and (title_hash is not null or not has_title)
      and (dom_simhash is not null or not has_simhash)
  ), known_elements as (
    select i.place - 1 as n, e.elem_sig_id
    from unnest(element_page, element_selector, element_fingerprint, element_has_role, element_has_text,
        element_has_identity, element_has_candidates) with ordinality
      as i(page, selector, fingerprint, has_role, has_text, has_identity, has_candidates, place)
    join known_pages p on p.n = i.page
    join element_signatures e on e.project_id = project and e.page_sig_id = p.page_sig_id
      and e.selector_norm = i.selector and e.attr_fingerprint_hash = i.fingerprint
    where e.last_seen >= fresh
      and (e.role is not null or not i.has_role)
      and (e.text_hash is not null or not i.has_text)
      and (e.identity is not null or not i.has_identity)
      and (e.candidates is not null or not i.has_candidates)
  )
  select json_build_object(
    'pages', (select coalesce(json_agg(json_build_array(n, page_sig_id::text)), '[]') from known_pages),
    'elements', (select coalesce(json_agg(json_build_array(n, elem_sig_id::text)), '[]') from known_elements))
  into known;
  return json_build_object('news', news, 'known', known);
end
$$;

revoke all on function laskobot_ingest_known from public;
grant execute on function laskobot_ingest_known to laskobot_app, laskobot_admin;

insert into laskobot_migrations (name) values ('007_ingest') on conflict (name) do nothing;

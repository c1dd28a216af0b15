-- LaskoBOT Runs: the context of a batch, and what else it tells that is stored already, in one round trip. Safe to run again.

drop function if exists laskobot_ingest_known;

-- Nearly every batch names sessions, instances, tabs, runs, pages and elements that earlier ones told. Writes what is new of the
-- first four, and answers `changed`, {sessions: [session_id…], instances: [instance_id…], tabs: [[instance_id, tab_id]…],
-- runs: [run_id…]} of those that were not stored or said something new, and `known`, {pages: [[n, id]…], elements: [[n, id]…]} of
-- those (`n` counts from 0) that are stored, lack nothing that is told, and were seen within the hour. Runs are locked against
-- removal until the end of the transaction. A function, because its plans are kept: to plan these statements takes longer than to
-- do them. Kept they are only where Postgres is told so, and laterals make them index scans whatever it knew of the tables when
-- they were made.
--
-- Only what is new or says something new is upserted: ON CONFLICT DO UPDATE locks and rewrites the rows it meets. Sorted, so that
-- two batches lock in one order.
create or replace function laskobot_ingest_context(
  project uuid, told_sessions jsonb, told_instances jsonb, told_tabs jsonb, told_runs jsonb,
  page_url text[], page_fingerprint text[], page_has_link boolean[], page_has_title boolean[], page_has_simhash boolean[],
  element_page int[], element_selector text[], element_fingerprint text[], element_has_role boolean[],
  element_has_text boolean[], element_has_identity boolean[], element_has_candidates boolean[]
) returns json
language plpgsql
set plan_cache_mode = force_generic_plan
as $$
declare
  fresh constant timestamptz := now() - interval '1 hour';
  changed_sessions json;
  changed_instances json;
  changed_tabs json;
  changed_runs json;
  page_ids bigint[];
  known json;
begin
  -- Before they are read: a run that is removed at this moment is missing below, and is made again. What is inserted is locked.
  perform from runs r
  where r.project_id = project
    and r.run_id in (select i.run_id from jsonb_to_recordset(told_runs) as i(run_id uuid))
  order by r.run_id
  for key share;

  with news as materialized (
    select i.*
    from jsonb_to_recordset(told_sessions) as i(
      session_id text, user_hash text, started_at timestamptz, ended_at timestamptz, ttl_expires_at timestamptz)
    left join lateral (
      select * from sessions s where s.project_id = project and s.session_id = i.session_id limit 1
    ) s on true
    where s.session_id is null or i.started_at < s.started_at
      or (s.user_hash is null and i.user_hash is not null)
      or (s.ended_at is null and i.ended_at is not null)
      or (s.ttl_expires_at is null and i.ttl_expires_at is not null)
  ), written as (
    insert into sessions as s (project_id, session_id, user_hash, started_at, ended_at, ttl_expires_at)
    select project, session_id, user_hash, coalesce(started_at, now()), ended_at, ttl_expires_at
    from news order by session_id
    on conflict (project_id, session_id) do update set
      user_hash = coalesce(s.user_hash, excluded.user_hash),
      started_at = least(s.started_at, excluded.started_at),
      ended_at = coalesce(s.ended_at, excluded.ended_at),
      ttl_expires_at = coalesce(s.ttl_expires_at, excluded.ttl_expires_at)
  )
  select coalesce(json_agg(session_id), '[]') into changed_sessions from news;

  with news as materialized (
    select i.*
    from jsonb_to_recordset(told_instances) as i(
      instance_id text, session_id text, extension text, extension_version text)
    left join lateral (
      select * from instances s where s.project_id = project and s.instance_id = i.instance_id limit 1
    ) s on true
    where s.instance_id is null
      or (s.session_id is null and i.session_id is not null)
      or (s.extension is null and i.extension is not null)
      or (s.extension_version is null and i.extension_version is not null)
  ), written as (
    insert into instances as s (project_id, instance_id, session_id, extension, extension_version)
    select project, instance_id, session_id, extension, extension_version
    from news order by instance_id
    on conflict (project_id, instance_id) do update set
      session_id = coalesce(s.session_id, excluded.session_id),
      extension = coalesce(s.extension, excluded.extension),
      extension_version = coalesce(s.extension_version, excluded.extension_version)
  )
  select coalesce(json_agg(instance_id), '[]') into changed_instances from news;

  with news as materialized (
    select i.*
    from jsonb_to_recordset(told_tabs) as i(
      instance_id text, tab_id text, url_first_seen text, viewport_w int, viewport_h int, dpr numeric,
      closed_at timestamptz)
    left join lateral (
      select * from tabs s where s.project_id = project and s.instance_id = i.instance_id and s.tab_id = i.tab_id limit 1
    ) s on true
    where s.tab_id is null
      or (s.url_first_seen is null and i.url_first_seen is not null)
      or (s.viewport_w is null and i.viewport_w is not null)
      or (s.viewport_h is null and i.viewport_h is not null)
      or (s.dpr is null and i.dpr is not null)
      or (s.closed_at is null and i.closed_at is not null)
  ), written as (
    insert into tabs as s (project_id, instance_id, tab_id, url_first_seen, viewport_w, viewport_h, dpr, closed_at)
    select project, instance_id, tab_id, url_first_seen, viewport_w, viewport_h, dpr, closed_at
    from news order by instance_id, tab_id
    on conflict (project_id, instance_id, tab_id) do update set
      url_first_seen = coalesce(s.url_first_seen, excluded.url_first_seen),
      viewport_w = coalesce(s.viewport_w, excluded.viewport_w),
      viewport_h = coalesce(s.viewport_h, excluded.viewport_h),
      dpr = coalesce(s.dpr, excluded.dpr),
      closed_at = coalesce(s.closed_at, excluded.closed_at)
  )
  select coalesce(json_agg(json_build_array(instance_id, tab_id)), '[]') into changed_tabs from news;

  with news as materialized (
    select i.*
    from jsonb_to_recordset(told_runs) as i(
      run_id uuid, session_id text, instance_id text, status text, root_request_id text, started_at timestamptz,
      ended_at timestamptz, server_version text, proto_version text)
    left join lateral (
      select * from runs s where s.project_id = project and s.run_id = i.run_id limit 1
    ) s on true
    where s.run_id is null or i.started_at < s.started_at
      or (s.status = 'running' and i.status <> 'running')
      or (s.session_id is null and i.session_id is not null)
      or (s.instance_id is null and i.instance_id is not null)
      or (s.root_request_id is null and i.root_request_id is not null)
      or (s.ended_at is null and i.ended_at is not null)
      or (s.server_version is null and i.server_version is not null)
      or (s.proto_version is null and i.proto_version is not null)
  ), written as (
    -- A run that ended stays ended.
    insert into runs as s (project_id, run_id, session_id, instance_id, status, root_request_id, started_at, ended_at,
      server_version, proto_version)
    select project, run_id, session_id, instance_id, status, root_request_id, started_at, ended_at, server_version,
      proto_version
    from news order by run_id
    on conflict (project_id, run_id) do update set
      session_id = coalesce(s.session_id, excluded.session_id),
      instance_id = coalesce(s.instance_id, excluded.instance_id),
      status = case when s.status = 'running' then excluded.status else s.status end,
      root_request_id = coalesce(s.root_request_id, excluded.root_request_id),
      started_at = least(s.started_at, excluded.started_at),
      ended_at = coalesce(s.ended_at, excluded.ended_at),
      server_version = coalesce(s.server_version, excluded.server_version),
      proto_version = coalesce(s.proto_version, excluded.proto_version)
  )
  select coalesce(json_agg(run_id), '[]') into changed_runs from news;

  select array_agg(p.page_sig_id order by i.place)
  into page_ids
  from unnest(page_url, page_fingerprint, page_has_link, page_has_title, page_has_simhash) with ordinality
    as i(url, fingerprint, has_link, has_title, has_simhash, place)
  left join lateral (
    select p.page_sig_id
    from (
      -- Two reads, because no index serves `is not distinct from`.
      select * from page_signatures p
      where p.project_id = project and p.url_norm = i.url and p.dom_fingerprint_hash = i.fingerprint
      union all
      select * from page_signatures p
      where i.fingerprint is null and p.project_id = project and p.url_norm = i.url and p.dom_fingerprint_hash is null
    ) p
    where p.last_seen >= fresh
      and (p.canonical_link_hash is not null or not i.has_link)
      and (p.title_hash is not null or not i.has_title)
      and (p.dom_simhash is not null or not i.has_simhash)
    limit 1
  ) p on true;

  select json_build_object(
    'pages', (
      select coalesce(json_agg(json_build_array(p.place - 1, p.page_sig_id::text)), '[]')
      from unnest(page_ids) with ordinality as p(page_sig_id, place)
      where p.page_sig_id is not null
    ),
    'elements', (
      select coalesce(json_agg(json_build_array(i.place - 1, e.elem_sig_id::text)), '[]')
      from unnest(element_page, element_selector, element_fingerprint, element_has_role, element_has_text,
          element_has_identity, element_has_candidates) with ordinality
        as i(page, selector, fingerprint, has_role, has_text, has_identity, has_candidates, place)
      cross join lateral (
        select e.elem_sig_id
        from element_signatures e
        where e.project_id = project and e.page_sig_id = page_ids[i.page + 1]
          and e.selector_norm = i.selector and e.attr_fingerprint_hash = i.fingerprint
          and e.last_seen >= fresh
          and (e.role is not null or not i.has_role)
          and (e.text_hash is not null or not i.has_text)
          and (e.identity is not null or not i.has_identity)
          and (e.candidates is not null or not i.has_candidates)
        limit 1
      ) e
    ))
  into known;
  return json_build_object(
    'changed', json_build_object(
      'sessions', changed_sessions, 'instances', changed_instances, 'tabs', changed_tabs, 'runs', changed_runs),
    'known', known);
end
$$;

revoke all on function laskobot_ingest_context from public;
grant execute on function laskobot_ingest_context to laskobot_app, laskobot_admin;

insert into laskobot_migrations (name) values ('007_ingest') on conflict (name) do nothing;

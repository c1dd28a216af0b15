import type { Tx } from '../db/db.ts';
import { Conflict } from '../db/retry.ts';
import type { InstanceRow, RunRow, SessionRow, TabRow } from './rows.ts';

// Each statement first finds what would change and touches only that: ON CONFLICT DO UPDATE locks and rewrites the rows it
// meets, and nearly every batch names the same session, instance, tab and run. Sorted, so that two batches lock in one order.

/** Answers the ids of those made or changed. */
export async function writeSessions(tx: Tx, projectId: string, rows: readonly SessionRow[]): Promise<string[]> {
  const changed = await tx.query<{ session_id: string }>(
    `with news as (
       select i.* from jsonb_to_recordset($2::jsonb) as i(
         session_id text, user_hash text, started_at timestamptz, ended_at timestamptz, ttl_expires_at timestamptz)
       left join sessions s on s.project_id = $1 and s.session_id = i.session_id
       where s.session_id is null or i.started_at < s.started_at
         or (s.user_hash is null and i.user_hash is not null)
         or (s.ended_at is null and i.ended_at is not null)
         or (s.ttl_expires_at is null and i.ttl_expires_at is not null)
     )
     insert into sessions as s (project_id, session_id, user_hash, started_at, ended_at, ttl_expires_at)
     select $1, session_id, user_hash, coalesce(started_at, now()), ended_at, ttl_expires_at from news order by session_id
     on conflict (project_id, session_id) do update set
       user_hash = coalesce(s.user_hash, excluded.user_hash),
       started_at = least(s.started_at, excluded.started_at),
       ended_at = coalesce(s.ended_at, excluded.ended_at),
       ttl_expires_at = coalesce(s.ttl_expires_at, excluded.ttl_expires_at)
     returning session_id`,
    [projectId, JSON.stringify(rows)],
  );
  return changed.map((row) => row.session_id);
}

/** Answers the ids of those made or changed. */
export async function writeInstances(tx: Tx, projectId: string, rows: readonly InstanceRow[]): Promise<string[]> {
  const changed = await tx.query<{ instance_id: string }>(
    `with news as (
       select i.* from jsonb_to_recordset($2::jsonb) as i(
         instance_id text, session_id text, extension text, extension_version text)
       left join instances s on s.project_id = $1 and s.instance_id = i.instance_id
       where s.instance_id is null
         or (s.session_id is null and i.session_id is not null)
         or (s.extension is null and i.extension is not null)
         or (s.extension_version is null and i.extension_version is not null)
     )
     insert into instances as s (project_id, instance_id, session_id, extension, extension_version)
     select $1, instance_id, session_id, extension, extension_version from news order by instance_id
     on conflict (project_id, instance_id) do update set
       session_id = coalesce(s.session_id, excluded.session_id),
       extension = coalesce(s.extension, excluded.extension),
       extension_version = coalesce(s.extension_version, excluded.extension_version)
     returning instance_id`,
    [projectId, JSON.stringify(rows)],
  );
  return changed.map((row) => row.instance_id);
}

/** Answers the keys of those made or changed. */
export function writeTabs(
  tx: Tx,
  projectId: string,
  rows: readonly TabRow[],
): Promise<{ instance_id: string; tab_id: string }[]> {
  return tx.query(
    `with news as (
       select i.* from jsonb_to_recordset($2::jsonb) as i(
         instance_id text, tab_id text, url_first_seen text, viewport_w int, viewport_h int, dpr numeric,
         closed_at timestamptz)
       left join tabs s on s.project_id = $1 and s.instance_id = i.instance_id and s.tab_id = i.tab_id
       where s.tab_id is null
         or (s.url_first_seen is null and i.url_first_seen is not null)
         or (s.viewport_w is null and i.viewport_w is not null)
         or (s.viewport_h is null and i.viewport_h is not null)
         or (s.dpr is null and i.dpr is not null)
         or (s.closed_at is null and i.closed_at is not null)
     )
     insert into tabs as s (project_id, instance_id, tab_id, url_first_seen, viewport_w, viewport_h, dpr, closed_at)
     select $1, instance_id, tab_id, url_first_seen, viewport_w, viewport_h, dpr, closed_at
     from news order by instance_id, tab_id
     on conflict (project_id, instance_id, tab_id) do update set
       url_first_seen = coalesce(s.url_first_seen, excluded.url_first_seen),
       viewport_w = coalesce(s.viewport_w, excluded.viewport_w),
       viewport_h = coalesce(s.viewport_h, excluded.viewport_h),
       dpr = coalesce(s.dpr, excluded.dpr),
       closed_at = coalesce(s.closed_at, excluded.closed_at)
     returning instance_id, tab_id`,
    [projectId, JSON.stringify(rows)],
  );
}

/**
 * Answers the ids of those made or changed. A run that ended stays ended. All of them are locked against removal until the
 * end of the transaction: the ledger has no foreign key, whose check would lock them again for each of its rows. Throws
 * `Conflict` where one was removed at this moment.
 */
export async function writeRuns(tx: Tx, projectId: string, rows: readonly RunRow[]): Promise<string[]> {
  const held = await tx.query<{ run_id: string; changed: boolean }>(
    `with input as materialized (
       select * from jsonb_to_recordset($2::jsonb) as i(
         run_id uuid, session_id text, instance_id text, status text, root_request_id text, started_at timestamptz,
         ended_at timestamptz, server_version text, proto_version text)
     ), news as (
       select i.* from input i
       left join runs s on s.project_id = $1 and s.run_id = i.run_id
       where s.run_id is null or i.started_at < s.started_at
         or (s.status = 'running' and i.status <> 'running')
         or (s.session_id is null and i.session_id is not null)
         or (s.instance_id is null and i.instance_id is not null)
         or (s.root_request_id is null and i.root_request_id is not null)
         or (s.ended_at is null and i.ended_at is not null)
         or (s.server_version is null and i.server_version is not null)
         or (s.proto_version is null and i.proto_version is not null)
     ), written as (
       insert into runs as s (project_id, run_id, session_id, instance_id, status, root_request_id, started_at, ended_at,
         server_version, proto_version)
       select $1, run_id, session_id, instance_id, status, root_request_id, started_at, ended_at, server_version,
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
       returning run_id
     ), locked as materialized (
       select run_id from runs where project_id = $1 and run_id in (select run_id from input) for key share
     )
     select run_id, true as changed from written
     union all
     select run_id, false from locked where run_id not in (select run_id from written)`,
    [projectId, JSON.stringify(rows)],
  );
  if (held.length < rows.length) throw new Conflict('a run was removed while calls of it were written');
  return held.filter((row) => row.changed).map((row) => row.run_id);
}

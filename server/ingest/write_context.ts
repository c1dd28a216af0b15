import type { Tx } from '../db/db.ts';
import type { InstanceRow, RunRow, SessionRow, TabRow } from './rows.ts';

// `laskobot_ingest_known` found which rows are new or say something new, and only those come here: ON CONFLICT DO UPDATE locks
// and rewrites the rows it meets, and nearly every batch names the same session, instance, tab and run. Sorted, so that two
// batches lock in one order.

export async function writeSessions(tx: Tx, projectId: string, rows: readonly SessionRow[]): Promise<void> {
  await tx.query(
    `insert into sessions as s (project_id, session_id, user_hash, started_at, ended_at, ttl_expires_at)
     select $1, session_id, user_hash, coalesce(started_at, now()), ended_at, ttl_expires_at
     from jsonb_to_recordset($2::jsonb) as i(
       session_id text, user_hash text, started_at timestamptz, ended_at timestamptz, ttl_expires_at timestamptz)
     order by session_id
     on conflict (project_id, session_id) do update set
       user_hash = coalesce(s.user_hash, excluded.user_hash),
       started_at = least(s.started_at, excluded.started_at),
       ended_at = coalesce(s.ended_at, excluded.ended_at),
       ttl_expires_at = coalesce(s.ttl_expires_at, excluded.ttl_expires_at)`,
    [projectId, JSON.stringify(rows)],
  );
}

export async function writeInstances(tx: Tx, projectId: string, rows: readonly InstanceRow[]): Promise<void> {
  await tx.query(
    `insert into instances as s (project_id, instance_id, session_id, extension, extension_version)
     select $1, instance_id, session_id, extension, extension_version
     from jsonb_to_recordset($2::jsonb) as i(
       instance_id text, session_id text, extension text, extension_version text)
     order by instance_id
     on conflict (project_id, instance_id) do update set
       session_id = coalesce(s.session_id, excluded.session_id),
       extension = coalesce(s.extension, excluded.extension),
       extension_version = coalesce(s.extension_version, excluded.extension_version)`,
    [projectId, JSON.stringify(rows)],
  );
}

export async function writeTabs(tx: Tx, projectId: string, rows: readonly TabRow[]): Promise<void> {
  await tx.query(
    `insert into tabs as s (project_id, instance_id, tab_id, url_first_seen, viewport_w, viewport_h, dpr, closed_at)
     select $1, instance_id, tab_id, url_first_seen, viewport_w, viewport_h, dpr, closed_at
     from jsonb_to_recordset($2::jsonb) as i(
       instance_id text, tab_id text, url_first_seen text, viewport_w int, viewport_h int, dpr numeric,
       closed_at timestamptz)
     order by instance_id, tab_id
     on conflict (project_id, instance_id, tab_id) do update set
       url_first_seen = coalesce(s.url_first_seen, excluded.url_first_seen),
       viewport_w = coalesce(s.viewport_w, excluded.viewport_w),
       viewport_h = coalesce(s.viewport_h, excluded.viewport_h),
       dpr = coalesce(s.dpr, excluded.dpr),
       closed_at = coalesce(s.closed_at, excluded.closed_at)`,
    [projectId, JSON.stringify(rows)],
  );
}

/** A run that ended stays ended. */
export async function writeRuns(tx: Tx, projectId: string, rows: readonly RunRow[]): Promise<void> {
  await tx.query(
    `insert into runs as s (project_id, run_id, session_id, instance_id, status, root_request_id, started_at, ended_at,
       server_version, proto_version)
     select $1, run_id, session_id, instance_id, status, root_request_id, started_at, ended_at, server_version,
       proto_version
     from jsonb_to_recordset($2::jsonb) as i(
       run_id uuid, session_id text, instance_id text, status text, root_request_id text, started_at timestamptz,
       ended_at timestamptz, server_version text, proto_version text)
     order by run_id
     on conflict (project_id, run_id) do update set
       session_id = coalesce(s.session_id, excluded.session_id),
       instance_id = coalesce(s.instance_id, excluded.instance_id),
       status = case when s.status = 'running' then excluded.status else s.status end,
       root_request_id = coalesce(s.root_request_id, excluded.root_request_id),
       started_at = least(s.started_at, excluded.started_at),
       ended_at = coalesce(s.ended_at, excluded.ended_at),
       server_version = coalesce(s.server_version, excluded.server_version),
       proto_version = coalesce(s.proto_version, excluded.proto_version)`,
    [projectId, JSON.stringify(rows)],
  );
}

import type { Tx } from '../db/db.ts';

/** What is erased: sessions with all that happened in them, or all that is known of a domain and its subdomains. */
export type Subject =
  | { readonly kind: 'sessions'; readonly sessionIds: readonly string[] }
  /** Host in lower case, as page_signatures.domain has it. */
  | { readonly kind: 'domain'; readonly domain: string };

/** Rows by table. */
export type ErasedRows = Readonly<Record<string, number>>;

export interface Erased {
  readonly rows: ErasedRows;
  /** Of the artifacts that went. */
  readonly storagePaths: readonly string[];
  /** Of the sessions that went. */
  readonly runIds: readonly string[];
}

const hostOf = (url: string): string => `lower(substring(${url} from '^[A-Za-z][A-Za-z0-9+.-]*://([^/?#]*)'))`;
const isOfDomain = (host: string): string => `(${host} = $2 or right(${host}, length($2) + 1) = '.' || $2)`;

/**
 * Erases a subject's rows in the hot tables. With `everywhere` calls are also looked for that name a session whose run is
 * another's, which reads all calls of the project.
 */
export async function eraseRows(tx: Tx, projectId: string, subject: Subject, everywhere: boolean): Promise<Erased> {
  // Reads whole tables where it must.
  if (everywhere) await tx.query(`select set_config('statement_timeout', '0', true)`);
  return subject.kind === 'domain'
    ? eraseDomain(tx, projectId, subject.domain)
    : eraseSessions(tx, projectId, subject.sessionIds, everywhere);
}

async function eraseSessions(
  tx: Tx,
  projectId: string,
  sessionIds: readonly string[],
  everywhere: boolean,
): Promise<Erased> {
  // Waits for batches that write to these runs; later ones make them anew.
  const runs = await tx.query<{ run_id: string }>(
    'select run_id from runs where project_id = $1 and session_id = any($2::text[]) order by run_id for update',
    [projectId, sessionIds],
  );
  const runIds = runs.map((row) => row.run_id);
  const calls = await eraseCalls(
    tx,
    `select call_id, started_at from tool_call_ledger where project_id = $1 and run_id = any($2::uuid[])
     union select call_id, started_at from tool_calls where project_id = $1 and $4 and session_id = any($3::text[])`,
    [projectId, runIds, sessionIds, everywhere],
  );
  const count = counter(tx);
  const rows = {
    ...calls.rows,
    events: await count(
      `delete from events where project_id = $1 and (run_id = any($2::uuid[]) or ($4 and session_id = any($3::text[])))`,
      [projectId, runIds, sessionIds, everywhere],
    ),
    hint_stat_runs: await count(
      'delete from hint_stat_runs where project_id = $1 and $3 and run_id = any($2::uuid[])',
      [projectId, runIds, everywhere],
    ),
    runs: await count('delete from runs where project_id = $1 and run_id = any($2::uuid[])', [projectId, runIds]),
    ...(await eraseInstances(tx, projectId, sessionIds)),
    sessions: await count('delete from sessions where project_id = $1 and session_id = any($2::text[])', [
      projectId,
      sessionIds,
    ]),
  };
  return { rows, storagePaths: calls.storagePaths, runIds };
}

/** Those that runs of other sessions use as well stay, without the session. */
async function eraseInstances(tx: Tx, projectId: string, sessionIds: readonly string[]): Promise<ErasedRows> {
  const count = counter(tx);
  const unused = `select instance_id from instances i where project_id = $1 and session_id = any($2::text[])
    and not exists (select from runs r where r.project_id = $1 and r.instance_id = i.instance_id)`;
  const rows = {
    tabs: await count(`delete from tabs where project_id = $1 and instance_id in (${unused})`, [projectId, sessionIds]),
    instances: await count(`delete from instances where project_id = $1 and instance_id in (${unused})`, [
      projectId,
      sessionIds,
    ]),
  };
  await tx.query('update instances set session_id = null where project_id = $1 and session_id = any($2::text[])', [
    projectId,
    sessionIds,
  ]);
  return rows;
}

async function eraseDomain(tx: Tx, projectId: string, domain: string): Promise<Erased> {
  const pages = `select page_sig_id from page_signatures where project_id = $1 and ${isOfDomain('domain')}`;
  const params = [projectId, domain];
  const calls = await eraseCalls(
    tx,
    `select call_id, started_at from tool_calls
     where project_id = $1 and (page_sig_id in (${pages}) or ${isOfDomain(hostOf('url_at_call'))})`,
    params,
  );
  const count = counter(tx);
  const rows = {
    ...calls.rows,
    events: await count(
      `delete from events where project_id = $1 and (page_sig_id in (${pages}) or ${isOfDomain(hostOf('url'))})`,
      params,
    ),
    hints: await count(`delete from hints where project_id = $1 and page_sig_id in (${pages})`, params),
    element_signatures: await count(
      `delete from element_signatures where project_id = $1 and page_sig_id in (${pages})`,
      params,
    ),
    page_signatures: await count(
      `delete from page_signatures where project_id = $1 and ${isOfDomain('domain')}`,
      params,
    ),
    tab_addresses: await count(
      `update tabs set url_first_seen = null where project_id = $1 and ${isOfDomain(hostOf('url_first_seen'))}`,
      params,
    ),
  };
  return { rows, storagePaths: calls.storagePaths, runIds: [] };
}

/** Calls that `keys` selects as (call_id, started_at), with their ledger rows and the links to their artifacts. */
async function eraseCalls(
  tx: Tx,
  keys: string,
  params: Parameters<Tx['query']>[1] & object,
): Promise<{ rows: ErasedRows; storagePaths: string[] }> {
  const [row] = await tx.query<{ tool_calls: number; artifacts: number; paths: string[] }>(
    `with keys as materialized (${keys}
     ), calls as (
       delete from tool_calls t using keys k
       where t.project_id = $1 and t.call_id = k.call_id and t.started_at = k.started_at
       returning t.call_id, t.run_id, t.event_uuid
     ), ledger as (
       delete from tool_call_ledger l using calls c
       where l.project_id = $1 and l.run_id = c.run_id and l.event_uuid = c.event_uuid
     ), links as (
       delete from artifacts a using keys k where a.project_id = $1 and a.call_id = k.call_id returning storage_path
     )
     select (select count(*)::int from calls) as tool_calls, (select count(*)::int from links) as artifacts,
       (select coalesce(jsonb_agg(distinct storage_path), '[]') from links) as paths`,
    params,
  );
  const { tool_calls = 0, artifacts = 0, paths = [] } = row ?? {};
  return { rows: { tool_calls, artifacts }, storagePaths: paths };
}

const counter =
  (tx: Tx) =>
  async (sql: string, params: Parameters<Tx['query']>[1] & object): Promise<number> => {
    const [row] = await tx.query<{ n: number }>(
      `with gone as (${sql} returning 1) select count(*)::int as n from gone`,
      params,
    );
    return row?.n ?? 0;
  };

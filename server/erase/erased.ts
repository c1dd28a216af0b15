import type { Tx } from '../db/db.ts';

/** What is erased: sessions with all that happened in them, or all that is known of a domain and its subdomains. */
export type Subject =
  | { readonly kind: 'sessions'; readonly sessionIds: readonly string[] }
  /** Host in lower case, as page_signatures.domain has it. */
  | { readonly kind: 'domain'; readonly domain: string };

/** Rows by table. */
export type ErasedRows = Readonly<Record<string, number>>;

/** What one transaction erased. */
export interface Erased {
  readonly rows: ErasedRows;
  /** Of the artifacts that went. */
  readonly storagePaths: readonly string[];
  /** Runs that went. */
  readonly runIds: readonly string[];
  /** url_norm of the pages that went, with their hints. */
  readonly pages: readonly string[];
}

/** Rows that one step erases at most; null: all. */
export type AtMost = number | null;

type Params = Parameters<Tx['query']>[1] & object;

export function addRows(a: ErasedRows, b: ErasedRows): ErasedRows {
  const tables = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return Object.fromEntries(tables.map((table) => [table, (a[table] ?? 0) + (b[table] ?? 0)]));
}

/** Runs a statement that changes rows and answers how many. */
export const counter =
  (tx: Tx) =>
  async (sql: string, params: Params): Promise<number> => {
    const [row] = await tx.query<{ n: number }>(
      `with gone as (${sql} returning 1) select count(*)::int as n from gone`,
      params,
    );
    return row?.n ?? 0;
  };

/**
 * Erases the calls that `keys` selects as (call_id, started_at), with their ledger rows and the links to their artifacts.
 * $1 is the project.
 */
export async function eraseCalls(tx: Tx, keys: string, params: Params): Promise<Erased> {
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
  return { rows: { tool_calls, artifacts }, storagePaths: paths, runIds: [], pages: [] };
}

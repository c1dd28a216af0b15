import type { Tx } from '../db/db.ts';
import type { Erased } from './erased.ts';
import type { OpenRequest } from './requests.ts';

export type WorkKind = 'session' | 'run' | 'page' | 'archive' | 'blob';

const keyOf = ({ project_id, erase_id }: OpenRequest): [string, string] => [project_id, erase_id];

/** Puts down what a transaction erased, in that transaction, and what is to be done now that its rows are gone. */
export async function putDown(tx: Tx, request: OpenRequest, erased: Erased, archivedRows = 0): Promise<void> {
  await addWork(tx, request, 'run', erased.runIds);
  await addWork(tx, request, 'page', erased.pages);
  await addWork(tx, request, 'blob', erased.storagePaths);
  await tx.query(
    `update erase_requests r set archived_ct = archived_ct + $4, row_cts = row_cts || (
       select coalesce(jsonb_object_agg(key, value::bigint + coalesce((r.row_cts ->> key)::bigint, 0)), '{}')
       from jsonb_each_text($3::jsonb))
     where project_id = $1 and erase_id = $2`,
    [...keyOf(request), JSON.stringify(erased.rows), archivedRows],
  );
}

export async function addWork(tx: Tx, request: OpenRequest, kind: WorkKind, values: readonly string[]): Promise<void> {
  if (values.length === 0) return;
  await tx.query(
    `insert into erase_work (project_id, erase_id, kind, value) select $1, $2, $3, unnest($4::text[])
     on conflict do nothing`,
    [...keyOf(request), kind, values],
  );
}

export async function readWork(
  tx: Tx,
  request: OpenRequest,
  kind: WorkKind,
  atMost: number | null = null,
): Promise<string[]> {
  const rows = await tx.query<{ value: string }>(
    'select value from erase_work where project_id = $1 and erase_id = $2 and kind = $3 order by value limit $4',
    [...keyOf(request), kind, atMost],
  );
  return rows.map((row) => row.value);
}

/** Takes off what was done; those of `removed` count as blobs that went, once, whoever else works on the request. */
export async function workDone(
  tx: Tx,
  request: OpenRequest,
  kind: WorkKind,
  values: readonly string[],
  removed: readonly string[] = [],
): Promise<void> {
  await tx.query(
    `with done as (
       delete from erase_work where project_id = $1 and erase_id = $2 and kind = $3 and value = any($4::text[])
       returning value
     )
     update erase_requests set blob_ct = blob_ct + (
       select count(*) from done where value = any($5::text[]))
     where project_id = $1 and erase_id = $2`,
    [...keyOf(request), kind, values, removed],
  );
}

export async function putDownStart(tx: Tx, request: OpenRequest): Promise<void> {
  await tx.query(
    'update erase_requests set started_at = coalesce(started_at, now()) where project_id = $1 and erase_id = $2',
    keyOf(request),
  );
}

export async function putDownError(tx: Tx, request: OpenRequest, error: string): Promise<void> {
  await tx.query('update erase_requests set error = $3 where project_id = $1 and erase_id = $2', [
    ...keyOf(request),
    error,
  ]);
}

export async function putDownEnd(tx: Tx, request: OpenRequest): Promise<void> {
  await tx.query('delete from erase_work where project_id = $1 and erase_id = $2', keyOf(request));
  await tx.query(
    'update erase_requests set finished_at = now(), error = null where project_id = $1 and erase_id = $2',
    keyOf(request),
  );
}

import type { Db, Tx } from '../db/db.ts';
import { sha256OfBytes } from '../sha256.ts';
import type { StoredBlobs } from '../storage/stored_blobs.ts';
import { gzip } from './gzip.ts';
import { type Month, nextMonth } from './month.ts';

/** Where archives lie: `{project}/archive/{YYYYMM}-{part}-{hash}.jsonl.gz`. No path is used for other content again. */
export const ARCHIVE_BUCKET = 'logs';
/** Rows of one file: some megabytes, in memory while they are written. */
const PART_ROWS = 2000;

const SOURCES = [
  // A call goes with the links to its artifacts; where it lies, the ledger's row says again.
  {
    table: 'tool_calls',
    at: 'started_at',
    key: 'call_id',
    line: `jsonb_build_object('tool_call', to_jsonb(r) - 'latency_ms', 'artifacts', coalesce((
      select jsonb_agg(to_jsonb(a)) from artifacts a
      where a.project_id = r.project_id and a.call_id = r.call_id), '[]'))`,
  },
  { table: 'events', at: 'occurred_at', key: 'event_uuid', line: `jsonb_build_object('event', to_jsonb(r))` },
] as const;

interface Line {
  readonly key: string;
  readonly line: string;
}

/**
 * Moves what happened in a month into files, a project after the other. Each file is written in the transaction that
 * removes its rows, so at any end a row is in the database or in a file that is on record; a file of a transaction that
 * failed is removed with the orphans. Answers how many rows went; `between` is called after each file.
 */
export async function archiveMonth(
  db: Db,
  storage: StoredBlobs,
  month: Month,
  between: () => Promise<void>,
): Promise<number> {
  let rows = 0;
  for (const source of SOURCES) {
    for (;;) {
      const projectId = await anyProject(db, source, month);
      if (projectId === undefined) break;
      rows += await db.tx('admin', (tx) => archivePart(tx, storage, source, projectId, month));
      await between();
    }
  }
  return rows;
}

type Source = (typeof SOURCES)[number];

const range = (at: string): string =>
  `${at} >= ($1::date)::timestamp at time zone 'UTC' and ${at} < ($2::date)::timestamp at time zone 'UTC'`;

async function anyProject(db: Db, { table, at }: Source, month: Month): Promise<string | undefined> {
  const [row] = await db.tx('admin', (tx) =>
    tx.query<{ project_id: string }>(`select project_id from ${table} where ${range(at)} limit 1`, [
      month,
      nextMonth(month),
    ]),
  );
  return row?.project_id;
}

async function archivePart(
  tx: Tx,
  storage: StoredBlobs,
  { table, at, key, line }: Source,
  projectId: string,
  month: Month,
): Promise<number> {
  const lines = await tx.query<Line>(
    `select ${key} as key, (${line})::text as line from ${table} r
     where project_id = $3 and ${range(at)} order by ${key} limit ${PART_ROWS} for update of r`,
    [month, nextMonth(month), projectId],
  );
  if (lines.length === 0) return 0;
  await writePart(
    tx,
    storage,
    projectId,
    month,
    lines.map((each) => each.line),
  );
  const keys = lines.map((each) => each.key);
  if (table === 'tool_calls') await removeCalls(tx, projectId, month, keys);
  else {
    await tx.query('delete from events where project_id = $1 and event_uuid = any($2::uuid[])', [projectId, keys]);
  }
  return lines.length;
}

/** Writes a file of lines and puts it on record. */
export async function writePart(
  tx: Tx,
  storage: StoredBlobs,
  projectId: string,
  month: Month,
  lines: readonly string[],
): Promise<void> {
  const bytes = await gzip(lines.map((line) => `${line}\n`).join(''));
  const [row] = await tx.query<{ part: number }>(
    'select coalesce(max(part), 0) + 1 as part from archives where project_id = $1 and month = $2::date',
    [projectId, month],
  );
  const part = row?.part ?? 1;
  const hash = await sha256OfBytes(bytes);
  const name = [month.slice(0, 7).replace('-', ''), String(part).padStart(5, '0'), hash.slice(0, 16)].join('-');
  const path = `${projectId}/archive/${name}.jsonl.gz`;
  await tx.query(
    `insert into archives (project_id, month, part, storage_path, row_ct, content_hash)
     values ($1, $2::date, $3, $4, $5, $6)`,
    [projectId, month, part, `${ARCHIVE_BUCKET}/${path}`, lines.length, hash],
  );
  await storage.write(ARCHIVE_BUCKET, path, bytes);
}

async function removeCalls(tx: Tx, projectId: string, month: Month, callIds: readonly string[]): Promise<void> {
  await tx.query(
    `with gone as (
       delete from tool_calls where ${range('started_at')} and project_id = $3 and call_id = any($4::uuid[])
       returning run_id, event_uuid
     )
     delete from tool_call_ledger l using gone g
     where l.project_id = $3 and l.run_id = g.run_id and l.event_uuid = g.event_uuid`,
    [month, nextMonth(month), projectId, callIds],
  );
  await tx.query('delete from artifacts where project_id = $1 and call_id = any($2::uuid[])', [projectId, callIds]);
}

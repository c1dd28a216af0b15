import type { Db, Tx } from '../db/db.ts';
import { CommandFailed } from '../errors.ts';
import { sha256OfBytes } from '../sha256.ts';
import type { StoredBlobs } from '../storage/stored_blobs.ts';
import { ARCHIVE_BUCKET } from './archive_month.ts';
import { gunzip } from './gzip.ts';
import type { Month } from './month.ts';

/** A row of archives. */
export interface Archive {
  readonly project_id: string;
  readonly part: number;
  readonly storage_path: string;
  readonly row_ct: number;
  readonly content_hash: string;
}

/**
 * Moves the archived calls and events of a month back into the database, where they stay for `days`. Each file is taken
 * off the record in the transaction that writes its rows, so it may be stopped and run again. Answers how many rows came
 * back. Throws `CommandFailed` for a file that is missing or changed.
 */
export async function restoreMonth(db: Db, storage: StoredBlobs, month: Month, days: number): Promise<number> {
  const archives = await db.tx('admin', async (tx) => {
    await tx.query(
      `insert into archive_holds (month, held_until) values ($1::date, now() + make_interval(days => $2::int))
       on conflict (month) do update set held_until = excluded.held_until`,
      [month, days],
    );
    await tx.query('select laskobot_ensure_partitions($1::date, 1)', [month]);
    return tx.query<Archive>(
      `select project_id, part, storage_path, row_ct, content_hash from archives where month = $1::date
       order by project_id, part`,
      [month],
    );
  });
  let rows = 0;
  for (const archive of archives) rows += await restorePart(db, storage, month, archive);
  return rows;
}

async function restorePart(db: Db, storage: StoredBlobs, month: Month, archive: Archive): Promise<number> {
  const { project_id, part, row_ct } = archive;
  const lines = await readPart(storage, archive);
  await db.tx('admin', async (tx) => {
    await tx.query('delete from archives where project_id = $1 and month = $2::date and part = $3', [
      project_id,
      month,
      part,
    ]);
    await insertLines(tx, `[${lines.join(',')}]`);
  });
  await storage.remove(ARCHIVE_BUCKET, [archive.storage_path.slice(ARCHIVE_BUCKET.length + 1)]);
  return row_ct;
}

/** The lines of a file. Throws `CommandFailed` where it is missing or not as it was written. */
export async function readPart(storage: StoredBlobs, archive: Omit<Archive, 'part'>): Promise<string[]> {
  const bytes = await storage.read(ARCHIVE_BUCKET, archive.storage_path.slice(ARCHIVE_BUCKET.length + 1));
  if (!bytes) throw new CommandFailed(`${archive.storage_path} is missing in Storage`);
  if ((await sha256OfBytes(bytes)) !== archive.content_hash) {
    throw new CommandFailed(`${archive.storage_path} is not as it was written`);
  }
  const lines = (await gunzip(bytes)).split('\n').slice(0, -1);
  if (lines.length !== archive.row_ct) throw new CommandFailed(`${archive.storage_path} has ${lines.length} rows`);
  return lines;
}

/** Transaction 0 wrote them, as far as the aggregate job can tell: it has counted them, perhaps in another cluster. */
async function insertLines(tx: Tx, json: string): Promise<void> {
  await tx.query(
    `with input as materialized (
       select r.* from jsonb_array_elements($1::jsonb) as l(line),
         jsonb_populate_record(null::tool_calls, l.line -> 'tool_call') as r where l.line ? 'tool_call'
     ), ledger as (
       insert into tool_call_ledger (project_id, run_id, event_uuid, seq, call_id, started_at)
       select project_id, run_id, event_uuid, seq, call_id, started_at from input
       order by project_id, run_id, event_uuid on conflict do nothing
       returning call_id
     )
     insert into tool_calls (project_id, call_id, run_id, seq, event_uuid, tool_name, started_at, ended_at, success,
       error_msg, input_jsonb, output_jsonb, instance_id, session_id, tab_id, url_at_call, page_sig_id, elem_sig_id,
       key_no, ingested_at, ingested_xid)
     select project_id, call_id, run_id, seq, event_uuid, tool_name, started_at, ended_at, success, error_msg,
       input_jsonb, output_jsonb, instance_id, session_id, tab_id, url_at_call, page_sig_id, elem_sig_id, key_no,
       ingested_at, '0'
     from input join ledger using (call_id)`,
    [json],
  );
  await tx.query(
    `insert into artifacts (project_id, artifact_id, call_id, type, content_hash, size_bytes, storage_path, created_at)
     select a.project_id, a.artifact_id, a.call_id, a.type, a.content_hash, a.size_bytes, a.storage_path, a.created_at
     from jsonb_array_elements($1::jsonb) as l(line), jsonb_array_elements(coalesce(l.line -> 'artifacts', '[]')) as e(link),
       jsonb_populate_record(null::artifacts, e.link) as a
     on conflict do nothing`,
    [json],
  );
  await tx.query(
    `insert into events (project_id, event_uuid, run_id, session_id, instance_id, tab_id, url, name, occurred_at, data,
       page_sig_id, elem_sig_id, key_no, ingested_at, ingested_xid)
     select r.project_id, r.event_uuid, r.run_id, r.session_id, r.instance_id, r.tab_id, r.url, r.name, r.occurred_at,
       r.data, r.page_sig_id, r.elem_sig_id, r.key_no, r.ingested_at, '0'
     from jsonb_array_elements($1::jsonb) as l(line), jsonb_populate_record(null::events, l.line -> 'event') as r
     where l.line ? 'event'
     on conflict do nothing`,
    [json],
  );
}

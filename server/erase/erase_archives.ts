import type { Db, Tx } from '../db/db.ts';
import { writePart } from '../retention/archive_month.ts';
import { type Archive, readPart } from '../retention/restore_month.ts';
import type { StoredBlobs } from '../storage/stored_blobs.ts';
import type { Subject } from './erased.ts';

interface ArchivedLine {
  readonly tool_call?: { run_id: string; session_id: string | null; url_at_call: string | null };
  readonly event?: { run_id: string | null; session_id: string | null; url: string | null };
}

interface Found {
  readonly archive: Archive & { readonly month: string };
  /** Lines that are not of the subject. */
  readonly kept: readonly string[];
  /** How many are. */
  readonly rows: number;
}

export interface Between {
  /** Called in the transaction that takes a file off the record, with how many rows of the subject it held. */
  readonly replaced: (tx: Tx, storagePath: string, rows: number) => Promise<void>;
  /** Called after each file. */
  readonly renew: () => Promise<void>;
  readonly signal: AbortSignal;
}

/**
 * Writes the archives of a project that hold rows of the subject anew, without them; answers how many rows went. The old
 * files are left to the caller.
 */
export async function eraseArchives(
  db: Db,
  storage: StoredBlobs,
  projectId: string,
  isOf: IsOf,
  { replaced, renew, signal }: Between,
): Promise<number> {
  let rows = 0;
  for (const archive of await archivesOf(db, projectId)) {
    if (signal.aborted) break;
    const found = await search(storage, archive, isOf);
    if (found.rows > 0) {
      await db.tx('admin', (tx) => replace(tx, storage, projectId, found, replaced));
      rows += found.rows;
    }
    await renew();
  }
  return rows;
}

/** How many rows of the subject the archives of a project hold. */
export async function countArchived(db: Db, storage: StoredBlobs, projectId: string, isOf: IsOf): Promise<number> {
  let rows = 0;
  for (const archive of await archivesOf(db, projectId)) rows += (await search(storage, archive, isOf)).rows;
  return rows;
}

const archivesOf = (db: Db, projectId: string): Promise<(Archive & { month: string })[]> =>
  db.tx('admin', (tx) =>
    tx.query(
      `select project_id, month::text as month, part, storage_path, row_ct, content_hash from archives
       where project_id = $1 order by month, part`,
      [projectId],
    ),
  );

async function search(storage: StoredBlobs, archive: Found['archive'], isOf: IsOf): Promise<Found> {
  const lines = await readPart(storage, archive);
  const kept = lines.filter((line) => !isOf(JSON.parse(line) as ArchivedLine));
  return { archive, kept, rows: lines.length - kept.length };
}

async function replace(
  tx: Tx,
  storage: StoredBlobs,
  projectId: string,
  { archive, kept, rows }: Found,
  replaced: Between['replaced'],
): Promise<void> {
  if (kept.length) await writePart(tx, storage, projectId, archive.month, kept);
  await tx.query('delete from archives where project_id = $1 and month = $2::date and part = $3', [
    projectId,
    archive.month,
    archive.part,
  ]);
  await replaced(tx, archive.storage_path, rows);
}

/** Whether an archived row is of the subject. */
export type IsOf = (line: ArchivedLine) => boolean;

export function matcher(subject: Subject, runIds: readonly string[]): IsOf {
  if (subject.kind === 'sessions') {
    const sessions = new Set(subject.sessionIds);
    const runs = new Set(runIds);
    return ({ tool_call, event }) => {
      const { run_id, session_id } = tool_call ?? event ?? { run_id: null, session_id: null };
      return sessions.has(session_id ?? '') || runs.has(run_id ?? '');
    };
  }
  return ({ tool_call, event }) => {
    const url = tool_call?.url_at_call ?? event?.url ?? '';
    const host = URL.canParse(url) ? new URL(url).host : '';
    return host === subject.domain || host.endsWith(`.${subject.domain}`);
  };
}

import type { Db } from '../db/db.ts';
import { ARCHIVE_BUCKET, writePart } from '../retention/archive_month.ts';
import { type Archive, readPart } from '../retention/restore_month.ts';
import type { StoredBlobs } from '../storage/stored_blobs.ts';
import type { Subject } from './erase_rows.ts';

interface ArchivedLine {
  readonly tool_call?: { run_id: string; session_id: string | null; url_at_call: string | null };
  readonly event?: { run_id: string | null; session_id: string | null; url: string | null };
}

/** Writes the archives of a project that hold rows of the subject anew, without them; answers how many rows went. */
export async function eraseArchives(
  db: Db,
  storage: StoredBlobs,
  projectId: string,
  subject: Subject,
  runIds: readonly string[],
  dryRun: boolean,
): Promise<number> {
  const archives = await db.tx('admin', (tx) =>
    tx.query<Archive & { month: string }>(
      `select project_id, month::text as month, part, storage_path, row_ct, content_hash from archives
       where project_id = $1 order by month, part`,
      [projectId],
    ),
  );
  const isOf = matcher(subject, runIds);
  let rows = 0;
  for (const archive of archives) {
    const lines = await readPart(storage, archive);
    const kept = lines.filter((line) => !isOf(JSON.parse(line) as ArchivedLine));
    rows += lines.length - kept.length;
    if (dryRun || kept.length === lines.length) continue;
    await db.tx('admin', async (tx) => {
      if (kept.length) await writePart(tx, storage, projectId, archive.month, kept);
      await tx.query('delete from archives where project_id = $1 and month = $2::date and part = $3', [
        projectId,
        archive.month,
        archive.part,
      ]);
    });
    await storage.remove(ARCHIVE_BUCKET, [archive.storage_path.slice(ARCHIVE_BUCKET.length + 1)]);
  }
  return rows;
}

function matcher(subject: Subject, runIds: readonly string[]): (line: ArchivedLine) => boolean {
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

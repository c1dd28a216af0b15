import type { Db, Tx } from '../db/db.ts';
import type { StoredBlobs } from '../storage/stored_blobs.ts';
import { eraseArchives } from './erase_archives.ts';
import { type Erased, type ErasedRows, eraseRows, type Subject } from './erase_rows.ts';
import { removeBlobs } from './remove_blobs.ts';

/** What went, or with a dry run would go. */
export interface Receipt {
  readonly project_id: string;
  readonly subject: Subject;
  readonly dry_run: boolean;
  readonly rows: ErasedRows;
  readonly archived_rows: number;
  /** Storage paths of the bytes that nothing names any more; in a dry run of all that the artifacts named. */
  readonly blobs: readonly string[];
}

export interface EraseOptions {
  readonly dryRun: boolean;
  /** As `eraseRows` takes it; archives are searched too. */
  readonly everywhere: boolean;
}

/** Ends a transaction whose answer is wanted and whose changes are not. */
class RolledBack extends Error {
  readonly erased: Erased;
  constructor(erased: Erased) {
    super();
    this.erased = erased;
  }
}

/** Erases a subject from the database, then from the archives, then its blobs. Stopped anywhere, it may run again. */
export async function erase(
  db: Db,
  storage: StoredBlobs,
  projectId: string,
  subject: Subject,
  { dryRun, everywhere }: EraseOptions,
): Promise<Receipt> {
  const { rows, storagePaths, runIds } = await run(db, dryRun, (tx) => eraseRows(tx, projectId, subject, everywhere));
  const archived_rows = everywhere ? await eraseArchives(db, storage, projectId, subject, runIds, dryRun) : 0;
  const blobs = dryRun ? storagePaths : await removeBlobs(db, storage, projectId, storagePaths);
  return { project_id: projectId, subject, dry_run: dryRun, rows, archived_rows, blobs };
}

async function run(db: Db, dryRun: boolean, work: (tx: Tx) => Promise<Erased>): Promise<Erased> {
  try {
    return await db.tx('admin', async (tx) => {
      const erased = await work(tx);
      if (dryRun) throw new RolledBack(erased);
      return erased;
    });
  } catch (error) {
    if (error instanceof RolledBack) return error.erased;
    throw error;
  }
}

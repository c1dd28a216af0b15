import type { Db } from '../db/db.ts';
import type { StoredBlobs } from '../storage/stored_blobs.ts';
import { countArchived, matcher } from './erase_archives.ts';
import { eraseRows } from './erase_rows.ts';
import type { Erased, ErasedRows, Subject } from './erased.ts';

export interface Preview {
  readonly rows: ErasedRows;
  readonly archived_rows: number;
  /** All that the artifacts named; those that others name as well would stay. */
  readonly blobs: number;
}

/** Ends a transaction whose answer is wanted and whose changes are not. */
class RolledBack extends Error {
  readonly erased: Erased;
  constructor(erased: Erased) {
    super();
    this.erased = erased;
  }
}

/** What an erasure would erase. */
export async function preview(db: Db, storage: StoredBlobs, projectId: string, subject: Subject): Promise<Preview> {
  const { rows, storagePaths, runIds } = await db
    .tx('admin', async (tx): Promise<Erased> => {
      throw new RolledBack(await eraseRows(tx, projectId, subject));
    })
    .catch((error: unknown) => {
      if (error instanceof RolledBack) return error.erased;
      throw error;
    });
  const archived_rows = await countArchived(db, storage, projectId, matcher(subject, runIds));
  return { rows, archived_rows, blobs: storagePaths.length };
}

import { BUCKETS, quarantineOf } from '../artifacts/place.ts';
import { projectIds } from '../auth/manage_projects.ts';
import type { JobContext } from '../jobs/job.ts';
import { blobsBefore, type StoredBlobs } from '../storage/stored_blobs.ts';

const DAY_MS = 24 * 3600 * 1000;

export interface QuarantineOptions {
  readonly storage: StoredBlobs;
  readonly quarantineDays: number;
  /** ms since 1970 */
  readonly now: () => number;
}

/** Removes what lies in quarantine for longer than `quarantineDays`; answers how many blobs went. */
export async function emptyQuarantine(
  { db, renew, signal }: Pick<JobContext, 'db' | 'renew' | 'signal'>,
  { storage, quarantineDays, now }: QuarantineOptions,
): Promise<number> {
  const before = now() - quarantineDays * DAY_MS;
  let removed = 0;
  for (const projectId of await projectIds(db)) {
    for (const bucket of BUCKETS) {
      if (signal.aborted) return removed;
      const old = await blobsBefore(storage, bucket, quarantineOf(projectId), before);
      await storage.remove(bucket, old);
      removed += old.length;
    }
    await renew();
  }
  return removed;
}

import { ARTIFACT_TYPES } from '../../shared/protocol/schema.ts';
import { bucketOf } from '../artifacts/place.ts';
import { projectIds } from '../auth/manage_projects.ts';
import { removeBlobs } from '../erase/remove_blobs.ts';
import { ARCHIVE_BUCKET } from '../retention/archive_month.ts';
import { blobsBefore, type StoredBlobs } from '../storage/stored_blobs.ts';
import { cautiousNow } from './cautious_now.ts';
import type { Job, JobContext } from './job.ts';

const DAY_MS = 24 * 3600 * 1000;
/** Paths asked about in one statement. */
const CHUNK = 500;

/** Removes blobs older than a day that no artifact names, and archive files that are not on record. Runs once a day. */
export function createOrphanUploadsJob(storage: StoredBlobs, now: () => number): Job {
  return {
    name: 'orphan_uploads',
    everyMs: DAY_MS,
    async run(context) {
      const before = (await cautiousNow(context.db, now)) - DAY_MS;
      const detail = { uploads: 0, archives: 0 };
      for (const project_id of await projectIds(context.db)) {
        for (const type of ARTIFACT_TYPES) {
          const bucket = bucketOf(type);
          const old = await blobsBefore(storage, bucket, `${project_id}/${type}`, before);
          for (let at = 0; at < old.length && !context.signal.aborted; at += CHUNK) {
            const chunk = old.slice(at, at + CHUNK).map((path) => `${bucket}/${path}`);
            detail.uploads += (await removeBlobs(context.db, storage, project_id, chunk)).length;
            await context.renew();
          }
        }
        detail.archives += await removeArchives(context, storage, project_id, before);
      }
      return detail;
    },
  };
}

async function removeArchives(
  { db }: JobContext,
  storage: StoredBlobs,
  projectId: string,
  before: number,
): Promise<number> {
  const old = await blobsBefore(storage, ARCHIVE_BUCKET, `${projectId}/archive`, before);
  const known = await db.tx('admin', (tx) =>
    tx.query<{ storage_path: string }>('select storage_path from archives where project_id = $1', [projectId]),
  );
  const recorded = new Set(known.map((row) => row.storage_path));
  const unknown = old.filter((path) => !recorded.has(`${ARCHIVE_BUCKET}/${path}`));
  await storage.remove(ARCHIVE_BUCKET, unknown);
  return unknown.length;
}

import { ARTIFACT_TYPES } from '../../shared/protocol/schema.ts';
import { bucketOf } from '../artifacts/place.ts';
import { projectIds } from '../auth/manage_projects.ts';
import { removeBlobs } from '../erase/remove_blobs.ts';
import { ARCHIVE_BUCKET } from '../retention/archive_month.ts';
import { blobsBefore, type StoredBlobs } from '../storage/stored_blobs.ts';
import { cautiousNow } from './cautious_now.ts';
import type { Job, JobContext } from './job.ts';
import { HINT_BUCKET, hintFolder } from './recipes/write_whole.ts';

const DAY_MS = 24 * 3600 * 1000;
/** Paths asked about in one statement. */
const CHUNK = 500;

/** Removes blobs older than a day that no artifact names, and files of archives and hints that are not on record. Runs once a day. */
export function createOrphanUploadsJob(storage: StoredBlobs, now: () => number): Job {
  return {
    name: 'orphan_uploads',
    everyMs: DAY_MS,
    async run(context) {
      const before = (await cautiousNow(context.db, now)) - DAY_MS;
      const detail = { uploads: 0, archives: 0, hints: 0 };
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
        for (const kind of ['archives', 'hints'] as const)
          detail[kind] += await removeUnrecorded(context, storage, RECORDED[kind], project_id, before);
      }
      return detail;
    },
  };
}

interface Recorded {
  readonly bucket: string;
  readonly folder: (projectId: string) => string;
  /** SQL of the paths on record, `{bucket}/{path}`, of project $1. */
  readonly paths: string;
}

const RECORDED: Record<'archives' | 'hints', Recorded> = {
  archives: {
    bucket: ARCHIVE_BUCKET,
    folder: (projectId) => `${projectId}/archive`,
    paths: 'select storage_path as path from archives where project_id = $1',
  },
  hints: {
    bucket: HINT_BUCKET,
    folder: hintFolder,
    paths: 'select hint_blob_path as path from hints where project_id = $1 and hint_blob_path is not null',
  },
};

async function removeUnrecorded(
  { db }: JobContext,
  storage: StoredBlobs,
  { bucket, folder, paths }: Recorded,
  projectId: string,
  before: number,
): Promise<number> {
  const old = await blobsBefore(storage, bucket, folder(projectId), before);
  const known = await db.tx('admin', (tx) => tx.query<{ path: string }>(paths, [projectId]));
  const recorded = new Set(known.map((row) => row.path));
  const unknown = old.filter((path) => !recorded.has(`${bucket}/${path}`));
  await storage.remove(bucket, unknown);
  return unknown.length;
}

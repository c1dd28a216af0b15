import { quarantined } from '../artifacts/place.ts';
import type { Db } from '../db/db.ts';
import type { StoredBlobs } from '../storage/stored_blobs.ts';

/**
 * Removes those of a project's blobs that no artifact names any more, with what was put into quarantine of them; answers
 * their storage paths.
 */
export async function removeBlobs(
  db: Db,
  storage: StoredBlobs,
  projectId: string,
  storagePaths: readonly string[],
): Promise<string[]> {
  if (storagePaths.length === 0) return [];
  const unnamed = await db.tx('admin', (tx) =>
    tx.query<{ storage_path: string }>(
      // What nobody names is not answered `exists` from now on.
      `with unnamed as (
         select p.storage_path, substring(p.storage_path from '([0-9a-f]{64})[^/]*$') as content_hash
         from unnest($2::text[]) as p(storage_path)
         where not exists (
           select from artifacts a where a.project_id = $1
             and a.content_hash = substring(p.storage_path from '([0-9a-f]{64})[^/]*$')
             and a.storage_path = p.storage_path)
       ), forgotten as (
         delete from dedup_hashes d using unnamed u
         where d.project_id = $1 and d.content_hash = u.content_hash and not exists (
           select from artifacts a where a.project_id = $1 and a.content_hash = d.content_hash)
       )
       select storage_path from unnamed`,
      [projectId, [...new Set(storagePaths)]],
    ),
  );
  const byBucket = new Map<string, string[]>();
  for (const { storage_path } of unnamed) {
    const slash = storage_path.indexOf('/');
    const bucket = storage_path.slice(0, slash);
    const path = storage_path.slice(slash + 1);
    byBucket.set(bucket, [...(byBucket.get(bucket) ?? []), path, quarantined(projectId, path)]);
  }
  for (const [bucket, paths] of byBucket) await storage.remove(bucket, paths);
  return unnamed.map((row) => row.storage_path);
}

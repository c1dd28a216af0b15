import type { SignedArtifact, SignRequest } from '../../shared/protocol/schema.ts';
import type { Db } from '../db/db.ts';
import type { ArtifactStorage } from '../storage/storage.ts';
import { CONTENT_TYPES, placeOf } from './place.ts';

/** A place to upload each artifact to, or the news that its bytes are stored already. Throws `StorageUnavailable`. */
export async function signArtifacts(
  db: Db,
  storage: ArtifactStorage,
  projectId: string,
  artifacts: SignRequest['artifacts'],
): Promise<SignedArtifact[]> {
  const known = await knownHashes(
    db,
    projectId,
    artifacts.map((each) => each.content_hash),
  );
  return Promise.all(
    artifacts.map(async ({ type, content_hash, size, ext }): Promise<SignedArtifact> => {
      const { bucket, path, storagePath } = placeOf(projectId, type, content_hash, ext);
      const place = { content_hash, bucket, path, storage_path: storagePath, content_type: CONTENT_TYPES[ext] };
      const stored = known.has(content_hash) ? await storage.sizeOf(bucket, path) : undefined;
      if (stored === size) return { ...place, status: 'exists' };
      if (stored !== undefined) {
        const reason = 'other bytes are stored under this hash';
        return { content_hash, status: 'rejected', code: 'id_conflict', reason };
      }
      return { ...place, status: 'upload', token: await storage.signUpload(bucket, path, size) };
    }),
  );
}

async function knownHashes(db: Db, projectId: string, hashes: readonly string[]): Promise<Set<string>> {
  const rows = await db.tx({ projectId }, (tx) =>
    tx.query<{ content_hash: string }>(
      'select content_hash from dedup_hashes where project_id = $1 and content_hash = any($2::text[])',
      [projectId, hashes],
    ),
  );
  return new Set(rows.map((row) => row.content_hash));
}

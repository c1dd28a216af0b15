import { quarantined } from '../artifacts/place.ts';
import type { Tx } from '../db/db.ts';
import { sha256OfBytes } from '../sha256.ts';
import type { StoredBlobs } from '../storage/stored_blobs.ts';
import type { Job } from './job.ts';

type State = 'verified' | 'missing' | 'quarantined';

interface Named {
  readonly project_id: string;
  readonly storage_path: string;
  readonly content_hash: string;
}

/** Blobs looked at between two renewals of the lease. */
const CHUNK = 20;
/** What is missing is looked for again after this many hours. */
const AGAIN_HOURS = 24;
/** An upload is done before its artifact is named, but another instance's clock may differ. */
const SETTLE_MINUTES = 5;

/**
 * Compares the bytes of artifacts with the hash in their name, each once. Other bytes are moved to
 * `{project}/quarantine/…`, so that `exists` is never answered for them and the right ones may be uploaded; an artifact
 * whose upload never came is marked.
 */
export function createVerifyArtifactsJob(storage: StoredBlobs): Job {
  return {
    name: 'verify_artifacts',
    everyMs: 15 * 60_000,
    async run({ db, log, renew, signal }) {
      const detail = { verified: 0, missing: 0, quarantined: 0 };
      while (!signal.aborted) {
        const named = await db.tx('admin', nextNamed);
        if (named.length === 0) break;
        for (const artifact of named) {
          const state = await look(storage, artifact);
          await db.tx('admin', (tx) => remember(tx, artifact, state));
          detail[state]++;
        }
        await renew();
      }
      if (detail.missing || detail.quarantined) log.warn('artifacts.not_as_named', detail);
      return detail;
    },
  };
}

const nextNamed = (tx: Tx): Promise<Named[]> =>
  tx.query<Named>(
    `select project_id, storage_path, min(content_hash) as content_hash from artifacts
     where (state = 'named' and created_at < now() - interval '${SETTLE_MINUTES} minutes')
       or (state = 'missing' and checked_at < now() - interval '${AGAIN_HOURS} hours')
     group by project_id, storage_path limit ${CHUNK}`,
  );

async function look(storage: StoredBlobs, { project_id, storage_path, content_hash }: Named): Promise<State> {
  const slash = storage_path.indexOf('/');
  const bucket = storage_path.slice(0, slash);
  const path = storage_path.slice(slash + 1);
  const bytes = await storage.read(bucket, path);
  if (!bytes) return 'missing';
  if ((await sha256OfBytes(bytes)) === content_hash) return 'verified';
  await storage.write(bucket, quarantined(project_id, path), bytes);
  await storage.remove(bucket, [path]);
  return 'quarantined';
}

async function remember(tx: Tx, { project_id, storage_path, content_hash }: Named, state: State): Promise<void> {
  await tx.query(
    `update artifacts set state = $4, checked_at = now()
     where project_id = $1 and content_hash = $3 and storage_path = $2`,
    [project_id, storage_path, content_hash, state],
  );
  if (state !== 'verified') {
    await tx.query('delete from dedup_hashes where project_id = $1 and content_hash = $2', [project_id, content_hash]);
  }
}

import type { HintEvidence } from '../../../shared/protocol/evidence.ts';
import type { Db, Tx } from '../../db/db.ts';
import { readEvidence } from '../../hints/read_evidence.ts';
import { gunzip, gzip } from '../../retention/gzip.ts';
import { sha256OfBytes } from '../../sha256.ts';
import type { StoredBlobs } from '../../storage/stored_blobs.ts';
import { openTransactionsEnded } from '../aggregate/open_transactions.ts';
import { type Chunk, finishChunk, nextChunk } from '../aggregate/watermark.ts';
import { byProject } from '../by_project.ts';
import type { Job, JobContext } from '../job.ts';
import { HINT_BUCKET, hintFolder } from '../recipes/write_whole.ts';

const READING = { job: 'evidence', source: 'hint_changes' } as const;

/** Hints whose evidence is read in one transaction: the embedded database answers nobody else meanwhile. */
const HINTS_AT_ONCE = 20;

interface Decided {
  readonly project_id: string;
  readonly id: string;
}

/**
 * Keeps what speaks for and against a version when it was decided about: when it became active or quarantined, or gave way to another.
 * Statistics go on counting, age and are erased; the archive stays as long as the hint does. Written as
 * `{project}/hint/evidence-{hint}-{version}-{sha256}.json.gz`, found by `hint_blob_path`. Where Storage does not answer the job fails,
 * and the next one begins where this one ended.
 */
export const createEvidenceJob = (storage: StoredBlobs): Job => ({
  name: 'evidence',
  everyMs: 60 * 60_000,
  async run(context) {
    const { db, signal, renew } = context;
    const detail = { hint_changes: 0, archived: 0 };
    await openTransactionsEnded(context);
    while (!signal.aborted) {
      const next = await db.tx('admin', async (tx) => {
        const chunk = await nextChunk(tx, READING);
        return chunk && { chunk, decided: await decidedIn(tx, chunk) };
      });
      if (!next) break;
      const { chunk, decided } = next;
      for (const [projectId, hints] of byProject(decided))
        for (let at = 0; at < hints.length; at += HINTS_AT_ONCE) {
          const ids = hints.slice(at, at + HINTS_AT_ONCE).map(({ id }) => id);
          detail.archived += await archive(context, storage, projectId, ids);
          await renew();
        }
      await db.tx('admin', (tx) => finishChunk(tx, READING, chunk));
      detail.hint_changes += chunk.rows;
    }
    return detail;
  },
});

const decidedIn = (tx: Tx, { after, upTo }: Chunk): Promise<Decided[]> =>
  tx.query<Decided>(
    `select distinct h.project_id, h.id from hint_changes c
     join hints h on h.project_id = c.project_id and h.id = c.hint_id
     where c.ingested_xid > $1::xid8 and c.ingested_xid <= $2::xid8 and h.elem_sig_id is not null
       and (h.state in ('active', 'quarantined') or h.superseded_at is not null)`,
    [after, upTo],
  );

async function archive(
  { db }: JobContext,
  storage: StoredBlobs,
  projectId: string,
  hintIds: readonly string[],
): Promise<number> {
  const all = await db.tx('admin', (tx) => readEvidence(tx, projectId, hintIds));
  const paths = await Promise.all(all.map((evidence) => write(storage, projectId, evidence)));
  await db.tx('admin', (tx) =>
    tx.query(
      `update hints h set hint_blob_path = i.path from unnest($2::bigint[], $3::text[]) as i(id, path)
       where h.project_id = $1 and h.id = i.id`,
      [projectId, all.map(({ hint_id }) => hint_id), paths],
    ),
  );
  return all.length;
}

async function write(storage: StoredBlobs, projectId: string, evidence: HintEvidence): Promise<string> {
  const bytes = await gzip(JSON.stringify(evidence));
  const name = `evidence-${evidence.hint_id}-${evidence.version}-${await sha256OfBytes(bytes)}.json.gz`;
  const path = `${hintFolder(projectId)}/${name}`;
  await storage.write(HINT_BUCKET, path, bytes);
  return `${HINT_BUCKET}/${path}`;
}

/** What was archived of a hint; undefined where nothing was. */
export async function archivedEvidence(
  db: Db,
  storage: StoredBlobs,
  projectId: string,
  hintId: string,
): Promise<HintEvidence | undefined> {
  const [row] = await db.tx('admin', (tx) =>
    tx.query<{ path: string }>(
      `select hint_blob_path as path from hints
       where project_id = $1 and id = $2 and elem_sig_id is not null and hint_blob_path is not null`,
      [projectId, hintId],
    ),
  );
  const bytes = row && (await storage.read(HINT_BUCKET, row.path.slice(HINT_BUCKET.length + 1)));
  return bytes && (JSON.parse(await gunzip(bytes)) as HintEvidence);
}

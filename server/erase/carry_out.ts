import type { HintCache } from '../cache/hint_cache.ts';
import type { Db, Tx } from '../db/db.ts';
import type { JobContext } from '../jobs/job.ts';
import type { StoredBlobs } from '../storage/stored_blobs.ts';
import { eraseArchives, matcher } from './erase_archives.ts';
import { eraseRows, stepsOf } from './erase_rows.ts';
import { addRows, type Erased, type ErasedRows, type Subject } from './erased.ts';
import { addWork, putDown, putDownEnd, putDownStart, readWork, workDone } from './progress.ts';
import { removeBlobs } from './remove_blobs.ts';
import type { OpenRequest } from './requests.ts';

export interface EraseDeps extends Pick<JobContext, 'db' | 'renew' | 'signal'> {
  readonly storage: StoredBlobs;
  /** Absent: nothing remembers hints. */
  readonly cache: HintCache | undefined;
}

/** Rows that one transaction erases, unless they are few in all. */
const CHUNK_ROWS = 5_000;
/** Pages, or blobs, taken care of between two renewals of the lease. */
const CHUNK_WORK = 500;

/** Something that must forget does not answer. */
export class NotForgotten extends Error {
  override readonly name = 'NotForgotten';
}

/**
 * Carries a request out: rows, then the hints that caches remember, then archives, then blobs. Each transaction puts down
 * what it erased and what that leaves to do, so stopped anywhere it goes on when it is called again, and the receipt
 * counts all of it. Answers what went this time. Throws `NotForgotten` where the cache is away, when all else is done, and
 * `StorageUnavailable`.
 */
export async function carryOut(deps: EraseDeps, request: OpenRequest): Promise<ErasedRows> {
  const { db, signal } = deps;
  await db.tx('admin', (tx) => putDownStart(tx, request));
  const subject = await subjectOf(db, request);
  const rows = await eraseAllRows(deps, request, subject);
  const forgotten = await forgetPages(deps, request);
  const archived_rows = await eraseFromArchives(deps, request, subject);
  const blobs = await removeFiles(deps, request);
  if (!forgotten) throw new NotForgotten('the shared cache does not answer, and may still serve what was erased');
  if (!signal.aborted) await db.tx('admin', (tx) => putDownEnd(tx, request));
  return addRows(rows, { archived_rows, blobs });
}

/** A user's sessions are put down first: once they are gone nothing tells which they were. */
async function subjectOf(db: Db, request: OpenRequest): Promise<Subject> {
  const { project_id, session_id, user_hash, domain } = request;
  if (domain !== null) return { kind: 'domain', domain };
  if (session_id !== null) return { kind: 'sessions', sessionIds: [session_id] };
  const sessionIds = await db.tx('admin', async (tx) => {
    await addWork(tx, request, 'session', await sessionsOf(tx, project_id, user_hash ?? ''));
    return readWork(tx, request, 'session');
  });
  return { kind: 'sessions', sessionIds };
}

export async function sessionsOf(tx: Tx, projectId: string, userHash: string): Promise<string[]> {
  const rows = await tx.query<{ session_id: string }>(
    'select session_id from sessions where project_id = $1 and user_hash = $2',
    [projectId, userHash],
  );
  return rows.map((row) => row.session_id);
}

async function eraseAllRows(
  { db, renew, signal }: EraseDeps,
  request: OpenRequest,
  subject: Subject,
): Promise<ErasedRows> {
  let rows: ErasedRows = {};
  const erase = async (step: (tx: Tx) => Promise<Erased>): Promise<boolean> => {
    const erased = await db.tx('admin', async (tx) => {
      const gone = await step(tx);
      await putDown(tx, request, gone);
      return gone;
    });
    await renew();
    rows = addRows(rows, erased.rows);
    return Object.values(erased.rows).some((count) => count > 0);
  };
  for (const step of stepsOf(subject)) {
    while (!signal.aborted && (await erase((tx) => step(tx, request.project_id, CHUNK_ROWS))));
  }
  if (!signal.aborted) await erase((tx) => eraseRows(tx, request.project_id, subject));
  return rows;
}

/** Whether all that remembers hints of the erased pages forgot them. */
async function forgetPages({ db, cache, renew, signal }: EraseDeps, request: OpenRequest): Promise<boolean> {
  for (let first = true; !signal.aborted; first = false) {
    const pages = await db.tx('admin', (tx) => readWork(tx, request, 'page', CHUNK_WORK));
    if (pages.length === 0) return true;
    const projectId = request.project_id;
    // What is held goes; that what is read right now is served no more, is for `invalidate` to see to.
    if (first && cache && !(await cache.forgetProject(projectId))) return false;
    const forgot = (await cache?.invalidate(pages.map((urlNorm) => ({ projectId, urlNorm })))) ?? true;
    if (!forgot) return false;
    await db.tx('admin', (tx) => workDone(tx, request, 'page', pages));
    await renew();
  }
  return true;
}

async function eraseFromArchives(
  { db, storage, renew, signal }: EraseDeps,
  request: OpenRequest,
  subject: Subject,
): Promise<number> {
  const runIds = await db.tx('admin', (tx) => readWork(tx, request, 'run'));
  return eraseArchives(db, storage, request.project_id, matcher(subject, runIds), {
    signal,
    renew,
    async replaced(tx, storagePath, rows) {
      await addWork(tx, request, 'archive', [storagePath]);
      await putDown(tx, request, NOTHING, rows);
    },
  });
}

const NOTHING: Erased = { rows: {}, storagePaths: [], runIds: [], pages: [] };

/** The files that archives were in, and the blobs; answers how many blobs. */
async function removeFiles({ db, storage, renew, signal }: EraseDeps, request: OpenRequest): Promise<number> {
  let blobs = 0;
  for (const kind of ['archive', 'blob'] as const) {
    while (!signal.aborted) {
      const paths = await db.tx('admin', (tx) => readWork(tx, request, kind, CHUNK_WORK));
      if (paths.length === 0) break;
      const removed = await removeBlobs(db, storage, request.project_id, paths);
      const counted = kind === 'blob' ? removed : [];
      await db.tx('admin', (tx) => workDone(tx, request, kind, paths, counted));
      blobs += counted.length;
      await renew();
    }
  }
  return blobs;
}

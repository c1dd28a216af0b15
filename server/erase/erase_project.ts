import { ARTIFACT_TYPES } from '../../shared/protocol/schema.ts';
import { BUCKETS, bucketOf, quarantineOf } from '../artifacts/place.ts';
import type { HintCache } from '../cache/hint_cache.ts';
import type { Db } from '../db/db.ts';
import type { JobContext } from '../jobs/job.ts';
import { HINT_BUCKET, hintFolder } from '../jobs/recipes/write_whole.ts';
import { ARCHIVE_BUCKET } from '../retention/archive_month.ts';
import type { StoredBlobs } from '../storage/stored_blobs.ts';
import { NotForgotten } from './carry_out.ts';
import { addRows, counter, type ErasedRows } from './erased.ts';

/** All that belongs to a project, in an order that no foreign key minds; api_keys and projects come first and last. */
export const PROJECT_TABLES = [
  'tool_calls',
  'tool_call_ledger',
  'artifacts',
  'dedup_hashes',
  'events',
  'hint_stat_runs',
  'hint_stat_tools',
  'hint_stat_days',
  'hint_stat_latencies',
  'touched_elements',
  'hint_stats',
  'hint_votes',
  'hint_changes',
  'hint_decisions',
  'hint_exposures',
  'domain_controls',
  'domain_hints',
  'hints',
  'recipe_votes',
  'recipe_scrolls',
  'recipes',
  'recipe_runs',
  'hint_bundles',
  'signing_keys',
  'control_uses',
  'control_requests',
  'control_waits',
  'control_signals',
  'element_signatures',
  'page_state_bands',
  'page_signatures',
  'element_joins',
  'sending_keys',
  'url_templates',
  'template_marks',
  'tabs',
  'runs',
  'instances',
  'sessions',
  'archives',
  'backfill_lines',
  'backfill_files',
  'erase_work',
  'erase_requests',
] as const;

export interface ErasedProject {
  readonly rows: ErasedRows;
  readonly blobs: number;
}

export interface EraseProjectDeps extends Pick<JobContext, 'db' | 'renew'> {
  readonly storage: StoredBlobs;
  readonly cache: HintCache | undefined;
  /** Resolves when no server remembers a key that is gone. */
  readonly settled: () => Promise<void>;
}

/** Rows that one transaction erases. */
const CHUNK_ROWS = 5_000;
/** Blobs removed between two renewals of the lease. */
const CHUNK_BLOBS = 500;

/**
 * Erases a project: its keys first, so that nothing more is written, the project itself last, so that a run that was
 * stopped can be repeated. Throws `NotForgotten` and `StorageUnavailable` where a part does not answer.
 */
export async function eraseProject(deps: EraseProjectDeps, projectId: string): Promise<ErasedProject> {
  const { db, renew, cache, settled } = deps;
  const api_keys = await db.tx('admin', (tx) => counter(tx)('delete from api_keys where project_id = $1', [projectId]));
  await settled();
  await renew();
  let rows: ErasedRows = { api_keys };
  for (const table of PROJECT_TABLES) rows = addRows(rows, { [table]: await eraseTable(deps, projectId, table) });
  const blobs = await removeAllBlobs(deps, projectId);
  if (cache && !(await cache.forgetProject(projectId))) throw new NotForgotten('the shared cache does not answer');
  const projects = await db.tx('admin', (tx) => counter(tx)('delete from projects where project_id = $1', [projectId]));
  return { rows: { ...rows, projects }, blobs };
}

/** What `eraseProject` would erase. */
export async function countProject(db: Db, storage: StoredBlobs, projectId: string): Promise<ErasedProject> {
  const tables = ['api_keys', ...PROJECT_TABLES, 'projects'];
  const counts = tables.map((table) => `(select count(*)::int from ${table} where project_id = $1) as ${table}`);
  const [rows = {}] = await db.tx('admin', async (tx) => {
    // Reads whole tables.
    await tx.query(`select set_config('statement_timeout', '0', true)`);
    return tx.query<Record<string, number>>(`select ${counts.join(', ')}`, [projectId]);
  });
  let blobs = 0;
  for (const { bucket, folder } of foldersOf(projectId)) blobs += (await storage.list(bucket, folder)).length;
  return { rows, blobs };
}

async function eraseTable(
  { db, renew }: EraseProjectDeps,
  projectId: string,
  table: (typeof PROJECT_TABLES)[number],
): Promise<number> {
  // A place in one partition may be taken in another, too: that row is the project's as well.
  const chunk = `delete from ${table} where project_id = $1 and ctid = any(array(
    select ctid from ${table} where project_id = $1 limit ${CHUNK_ROWS}))`;
  for (let rows = 0; ; ) {
    const gone = await db.tx('admin', (tx) => counter(tx)(chunk, [projectId]));
    if (gone === 0) return rows;
    rows += gone;
    await renew();
  }
}

async function removeAllBlobs({ storage, renew }: EraseProjectDeps, projectId: string): Promise<number> {
  let removed = 0;
  for (const { bucket, folder } of foldersOf(projectId)) {
    const paths = (await storage.list(bucket, folder)).map((blob) => blob.path);
    for (let at = 0; at < paths.length; at += CHUNK_BLOBS) {
      await storage.remove(bucket, paths.slice(at, at + CHUNK_BLOBS));
      await renew();
    }
    removed += paths.length;
  }
  return removed;
}

const foldersOf = (projectId: string): { bucket: string; folder: string }[] => [
  ...ARTIFACT_TYPES.map((type) => ({ bucket: bucketOf(type), folder: `${projectId}/${type}` })),
  ...BUCKETS.map((bucket) => ({ bucket, folder: quarantineOf(projectId) })),
  { bucket: ARCHIVE_BUCKET, folder: `${projectId}/archive` },
  { bucket: HINT_BUCKET, folder: hintFolder(projectId) },
];

import { sqlState, type Tx } from '../db/db.ts';
import { eraseSessions } from '../erase/erase_sessions.ts';
import { removeBlobs } from '../erase/remove_blobs.ts';
import { archiveMonth } from '../retention/archive_month.ts';
import { emptyQuarantine } from '../retention/empty_quarantine.ts';
import { type Month, monthOf } from '../retention/month.ts';
import { pruneExposures } from '../retention/prune_exposures.ts';
import type { StoredBlobs } from '../storage/stored_blobs.ts';
import { cautiousNow } from './cautious_now.ts';
import type { Job, JobContext } from './job.ts';

export interface RetentionOptions {
  readonly storage: StoredBlobs;
  /** Days that calls and events stay in the database, whole months older than that are archived, and that exposures stay; 0: for ever. */
  readonly hotDays: number;
  /** Days that bytes in quarantine are kept; 0: for ever. */
  readonly quarantineDays: number;
  /** ms since 1970 */
  readonly now: () => number;
}

const DAY_MS = 24 * 3600 * 1000;
/** Days that artifacts of failed runs are kept. */
const FAILED_RUN_DAYS = 7;
/** Days that the history of jobs and the receipts of erasures are kept: these name whom they are about. */
const HISTORY_DAYS = 30;
/** Sessions, or runs, looked at in one transaction. */
const CHUNK = 200;

/** Erases what is past its time, and moves what is no longer hot into archives. Runs once a day. */
export function createRetentionJob(given: RetentionOptions): Job {
  return {
    name: 'retention',
    everyMs: DAY_MS,
    async run(context) {
      const now = await cautiousNow(context.db, given.now);
      const options = { ...given, now: () => now };
      const expired = await eraseExpired(context, options);
      const failed = await removeArtifactsOfFailedRuns(context, options);
      const archived = options.hotDays ? await archiveOldMonths(context, options) : { months: 0, rows: 0, dropped: 0 };
      const exposures = options.hotDays ? await pruneExposures(context, new Date(now - options.hotDays * DAY_MS)) : 0;
      const quarantined = options.quarantineDays ? await emptyQuarantine(context, options) : 0;
      const forgotten = new Date(now - HISTORY_DAYS * DAY_MS);
      await context.db.tx('admin', async (tx) => {
        await tx.query('delete from job_runs where started_at < $1', [forgotten]);
        await tx.query('delete from erase_requests where finished_at < $1', [forgotten]);
      });
      return {
        sessions_expired: expired,
        failed_run_artifacts: failed,
        quarantined_removed: quarantined,
        exposures_pruned: exposures,
        months_archived: archived.months,
        rows_archived: archived.rows,
        partitions_dropped: archived.dropped,
      };
    },
  };
}

async function eraseExpired({ db, renew, signal }: JobContext, { storage, now }: RetentionOptions): Promise<number> {
  let sessions = 0;
  while (!signal.aborted) {
    const expired = await db.tx('admin', (tx) =>
      tx.query<{ project_id: string; session_id: string }>(
        `select project_id, session_id from sessions where ttl_expires_at <= $1 order by ttl_expires_at limit ${CHUNK}`,
        [new Date(now())],
      ),
    );
    const first = expired[0];
    if (!first) break;
    const sessionIds = expired.filter((row) => row.project_id === first.project_id).map((row) => row.session_id);
    const erased = await db.tx('admin', (tx) => eraseSessions(tx, first.project_id, sessionIds, false));
    await removeBlobs(db, storage, first.project_id, erased.storagePaths);
    sessions += sessionIds.length;
    await renew();
  }
  return sessions;
}

/** The calls stay; what they showed goes. */
async function removeArtifactsOfFailedRuns(
  { db, renew, signal }: JobContext,
  { storage, now }: RetentionOptions,
): Promise<number> {
  const before = new Date(now() - FAILED_RUN_DAYS * DAY_MS);
  let links = 0;
  while (!signal.aborted) {
    const removed = await db.tx('admin', (tx) => removeLinksOfFailedRuns(tx, before));
    if (removed.length === 0) break;
    for (const projectId of new Set(removed.map((row) => row.project_id))) {
      const own = removed.filter((row) => row.project_id === projectId);
      await removeBlobs(
        db,
        storage,
        projectId,
        own.map((row) => row.storage_path),
      );
    }
    links += removed.length;
    await renew();
  }
  return links;
}

const removeLinksOfFailedRuns = (tx: Tx, before: Date): Promise<{ project_id: string; storage_path: string }[]> =>
  tx.query(
    `delete from artifacts where (project_id, artifact_id) in (
       select a.project_id, a.artifact_id from runs r
       join tool_call_ledger l on l.project_id = r.project_id and l.run_id = r.run_id
       join artifacts a on a.project_id = l.project_id and a.call_id = l.call_id
       where r.status = 'failed' and coalesce(r.ended_at, r.started_at) < $1 limit ${CHUNK})
     returning project_id, storage_path`,
    [before],
  );

async function archiveOldMonths(
  { db, log, renew, signal }: JobContext,
  { storage, hotDays, now }: RetentionOptions,
): Promise<{ months: number; rows: number; dropped: number }> {
  const done = { months: 0, rows: 0, dropped: 0 };
  const hotFrom = monthOf(now() - hotDays * DAY_MS);
  for (const month of await db.tx('admin', (tx) => oldMonths(tx, hotFrom, now()))) {
    if (signal.aborted) break;
    const rows = await archiveMonth(db, storage, month, renew);
    const dropped = await db
      .tx('admin', (tx) =>
        tx.query<{ dropped: boolean }>('select laskobot_drop_partition($1::date) as dropped', [month]),
      )
      .then(
        ([row]) => row?.dropped === true,
        (error: unknown) => {
          // 55P03: writers hold the table; the next run drops it.
          if (sqlState(error) !== '55P03') throw error;
          log.warn('retention.partition_not_dropped', { month });
          return false;
        },
      );
    if (rows > 0) done.months++;
    done.rows += rows;
    if (dropped) done.dropped++;
  }
  return done;
}

/** Months before `hotFrom` that have a partition, calls in the default one, or events; without those that were restored. */
async function oldMonths(tx: Tx, hotFrom: Month, now: number): Promise<Month[]> {
  const rows = await tx.query<{ month: string }>(
    `select month::text as month from (
       select laskobot_partition_months() as month
       union select laskobot_default_months()
       union select distinct date_trunc('month', occurred_at at time zone 'UTC')::date from events
         where occurred_at < ($1::date)::timestamp at time zone 'UTC'
     ) m where month < $1::date and not exists (
       select from archive_holds h where h.month = m.month and h.held_until > $2)
     order by month`,
    [hotFrom, new Date(now)],
  );
  return rows.map((row) => row.month);
}

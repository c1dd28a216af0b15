import type { JobContext } from '../job.ts';

/** A run does not wait longer for others: the next one reads what this one could not. */
const PATIENCE_MS = 5_000;
const POLL_MS = 20;

/**
 * Waits until the transactions that are open now have ended, at most `patienceMs`. Rows are read up to the oldest open transaction
 * of the whole cluster (`nextChunk`); without this wait a short one, of anybody, would put off what was stored beside it until the next run.
 */
export async function openTransactionsEnded(
  { db, log, signal }: Pick<JobContext, 'db' | 'log' | 'signal'>,
  patienceMs = PATIENCE_MS,
): Promise<boolean> {
  const [next] = await db.tx('admin', (tx) =>
    tx.query<{ xid: string }>('select pg_snapshot_xmax(pg_current_snapshot())::text as xid'),
  );
  const ended = async (): Promise<boolean> => {
    const [row] = await db.tx('admin', (tx) =>
      tx.query<{ ended: boolean }>('select pg_snapshot_xmin(pg_current_snapshot()) >= $1::xid8 as ended', [next!.xid]),
    );
    return row!.ended;
  };
  for (let left = patienceMs; !(await ended()); left -= POLL_MS) {
    if (signal.aborted) return false;
    if (left <= 0) {
      log.warn('job.held_back', { by: 'a transaction of this cluster that stays open', waited_ms: patienceMs });
      return false;
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return true;
}

import type { StoreNames } from 'idb';
import type { Counters, Database, ReadWrite, Schema } from './database.ts';

export const NO_COUNTERS: Counters = {
  enqueued: 0,
  delivered: 0,
  dropped: {},
  queued_bytes: 0,
  artifact_bytes: 0,
  artifacts_failed: {},
};

export const added = (reasons: Readonly<Record<string, number>>, reason: string, by = 1): Record<string, number> => ({
  ...reasons,
  [reason]: (reasons[reason] ?? 0) + by,
});

/** One change of the outbox; `change` answers the counters as they are after it. */
export type Change<T> = (tx: ReadWrite, counters: Counters) => Promise<{ counters: Counters; result: T }>;

/**
 * Changes stores and counters in one durable transaction. What could not be written, and therefore not be counted either, is kept
 * in mind and counted with the next change that can be written.
 */
export function createTransactions(db: Database) {
  let unwritten: Record<string, number> = {};

  function withUnwritten(stored: Counters | undefined): Counters {
    const counters = stored ?? NO_COUNTERS;
    let { dropped, enqueued } = counters;
    for (const [reason, count] of Object.entries(unwritten)) {
      dropped = added(dropped, reason, count);
      enqueued += count;
    }
    return { ...counters, dropped, enqueued };
  }

  return {
    async change<T>(names: StoreNames<Schema>[], change: Change<T>): Promise<T> {
      const tx: ReadWrite = db.transaction([...names, 'counters'], 'readwrite', { durability: 'strict' });
      const done = tx.done;
      // Rejected as well as what is awaited below; told there.
      done.catch(() => undefined);
      try {
        const counting = unwritten;
        const before = withUnwritten(await tx.objectStore('counters').get('counters'));
        const { counters, result } = await change(tx, before);
        await tx.objectStore('counters').put(counters, 'counters');
        await done;
        const rest = { ...unwritten };
        for (const [reason, count] of Object.entries(counting)) rest[reason] = (rest[reason] ?? 0) - count;
        unwritten = Object.fromEntries(Object.entries(rest).filter(([, count]) => count > 0));
        return result;
      } catch (error) {
        try {
          tx.abort();
        } catch {
          // It was aborted by what went wrong.
        }
        throw tx.error ?? error;
      }
    },
    withUnwritten,
    /** Items that the disk did not take. */
    countUnwritten(reason: string, count = 1): void {
      unwritten = added(unwritten, reason, count);
    },
  };
}

export type Transactions = ReturnType<typeof createTransactions>;

/** Both browsers say so by name; Chromium also where the disk itself is full. */
export const isQuotaError = (error: unknown): boolean =>
  error instanceof DOMException && error.name === 'QuotaExceededError';

/** Whether it was done; false where the browser gives no room for it. */
export async function unlessFull(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (!isQuotaError(error)) throw error;
    return false;
  }
}

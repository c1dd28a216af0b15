import {
  MAX_QUEUED_BYTES,
  MAX_QUEUED_ITEMS,
  PRIORITIES_LEAST_FIRST,
  type Priority,
} from '../../shared/client/outbox.ts';
import type { Counters, ReadWrite } from './database.ts';
import { removeArtifactsOf } from './remove_artifacts.ts';
import { added } from './transaction.ts';
import { inHand } from './unwritten.ts';

/** Part of a full disk that is given back at once, so that not every item that follows has to ask again. */
const QUOTA_SHARE = 4;

interface Eviction {
  readonly tx: ReadWrite;
  readonly now: number;
  /** Of the item that needs the room: nothing more important goes for it. */
  readonly priority: Priority;
  readonly reason: string;
  /** Whether there is room enough. */
  readonly enough: (count: number, bytes: number) => boolean;
}

/** Evicts the least important first, among equals the oldest, until it is enough. What is being sent stays. */
async function evictUntil(
  counters: Counters,
  { tx, now, priority, reason, enough }: Eviction,
): Promise<{ counters: Counters; fits: boolean }> {
  const queue = tx.objectStore('queue');
  let changed = counters;
  let count = await queue.count();
  if (enough(count, changed.queued_bytes)) return { counters, fits: true };
  const leased = await inHand(tx, now);
  for (const level of PRIORITIES_LEAST_FIRST.filter((each) => each >= priority)) {
    let cursor = await queue.index('by_priority').openCursor(level);
    while (cursor && !enough(count, changed.queued_bytes)) {
      const { uuid, bytes } = cursor.value;
      if (!leased.has(uuid)) {
        count -= 1;
        changed = {
          ...changed,
          queued_bytes: changed.queued_bytes - bytes,
          dropped: added(changed.dropped, reason),
        };
        await cursor.delete();
        changed = await removeArtifactsOf(tx, changed, uuid);
      }
      cursor = await cursor.continue();
    }
  }
  return { counters: changed, fits: enough(count, changed.queued_bytes) };
}

/** Makes room for `bytes` more within the bounds of the queue. */
export const evict = (
  tx: ReadWrite,
  counters: Counters,
  bytes: number,
  priority: Priority,
  now: number,
): Promise<{ counters: Counters; fits: boolean }> =>
  evictUntil(counters, {
    tx,
    now,
    priority,
    reason: 'queue_full',
    enough: (count, queued) => count < MAX_QUEUED_ITEMS && queued + bytes <= MAX_QUEUED_BYTES,
  });

/** The browser gives no more room: gives some of ours back. Answers whether anything went. */
export async function evictForQuota(
  tx: ReadWrite,
  counters: Counters,
  priority: Priority,
  now: number,
): Promise<{ counters: Counters; result: boolean }> {
  const goal = counters.queued_bytes - Math.max(1, Math.floor(counters.queued_bytes / QUOTA_SHARE));
  const enough = (_count: number, queued: number): boolean => queued <= goal;
  const evicted = await evictUntil(counters, { tx, now, priority, reason: 'quota', enough });
  return { counters: evicted.counters, result: evicted.counters.queued_bytes < counters.queued_bytes };
}

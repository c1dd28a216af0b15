import type { Counters, ReadWrite } from './database.ts';

/** Bounds of the queue; what does not fit evicts the least important, oldest first, and is counted. */
export const MAX_QUEUED_ITEMS = 5000;
export const MAX_QUEUED_BYTES = 10 * 1024 * 1024;
/** Bytes of artifacts that may wait for their upload: a few hundred screenshots. Beyond that calls go without theirs. */
export const MAX_ARTIFACT_BYTES_WAITING = 20 * 1024 * 1024;

export const NO_COUNTERS: Counters = {
  enqueued: 0,
  delivered: 0,
  dropped: {},
  queued_bytes: 0,
  artifact_bytes: 0,
  artifacts_dropped: 0,
};

export const added = (reasons: Readonly<Record<string, number>>, reason: string): Record<string, number> => ({
  ...reasons,
  [reason]: (reasons[reason] ?? 0) + 1,
});

/** Makes room for `bytes` more by evicting what is less important than `priority`, then what is as important, oldest first. */
export async function evict(
  tx: ReadWrite,
  counters: Counters,
  bytes: number,
  priority: number,
): Promise<{ counters: Counters; fits: boolean }> {
  let { dropped, queued_bytes } = counters;
  let count = await tx.objectStore('queue').count();
  const fits = (): boolean => count < MAX_QUEUED_ITEMS && queued_bytes + bytes <= MAX_QUEUED_BYTES;
  for (let level = 2; level >= priority && !fits(); level -= 1) {
    let cursor = await tx.objectStore('queue').index('by_priority').openCursor(level);
    while (cursor && !fits()) {
      queued_bytes -= cursor.value.bytes;
      count -= 1;
      dropped = added(dropped, 'queue_full');
      await cursor.delete();
      cursor = await cursor.continue();
    }
  }
  return { counters: { ...counters, dropped, queued_bytes }, fits: fits() };
}

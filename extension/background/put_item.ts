import { type OutboxEntry, type Priority, sizeOf } from '../../shared/client/outbox.ts';
import type { IngestItem } from '../../shared/protocol/schema.ts';
import type { Counters, ReadWrite } from './database.ts';
import { evict } from './eviction.ts';
import { added } from './transaction.ts';

export interface NewItem {
  readonly uuid: string;
  readonly item: IngestItem;
  readonly priority: Priority;
  readonly waits_for?: number;
  readonly hold_until?: number;
}

/** Queues an item and counts it, as dropped where there is no room among what matters more. */
export async function putItem(
  tx: ReadWrite,
  before: Counters,
  { uuid, item, priority, waits_for = 0, hold_until = 0 }: NewItem,
  now: number,
): Promise<{ counters: Counters; queued: boolean }> {
  const bytes = sizeOf(item);
  const { counters, fits } = await evict(tx, before, bytes, priority, now);
  const enqueued = counters.enqueued + 1;
  if (!fits)
    return { counters: { ...counters, enqueued, dropped: added(counters.dropped, 'queue_full') }, queued: false };
  const entry: OutboxEntry = { uuid, item, bytes, priority, waits_for, hold_until };
  await tx.objectStore('queue').add(entry);
  return { counters: { ...counters, enqueued, queued_bytes: counters.queued_bytes + bytes }, queued: true };
}

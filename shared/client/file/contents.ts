import { type DeadLetter, type DeliveryState, FRESH_STATE, type OutboxEntry, sizeOf } from '../outbox.ts';
import type { JournalRecord, Totals } from './record.ts';

/** What a journal says: the fold of its records. The same code reads a journal and follows what is appended to it. */
export function createContents() {
  const queue = new Map<string, OutboxEntry>();
  const dead = new Map<string, DeadLetter>();
  let totals: Totals = { enqueued: 0, delivered: 0, dropped: {} };
  let state: DeliveryState = FRESH_STATE;
  let bytes = 0;
  let deadBytes = 0;

  function take(uuid: string): OutboxEntry | undefined {
    const entry = queue.get(uuid);
    if (entry) bytes -= entry.bytes;
    queue.delete(uuid);
    return entry;
  }
  function add(entry: OutboxEntry): void {
    queue.set(entry.uuid, entry);
    bytes += entry.bytes;
  }
  function bury(letter: DeadLetter): void {
    dead.set(letter.uuid, letter);
    deadBytes += sizeOf(letter.item);
  }
  function unbury(uuid: string): DeadLetter | undefined {
    const letter = dead.get(uuid);
    if (letter) deadBytes -= sizeOf(letter.item);
    dead.delete(uuid);
    return letter;
  }
  function drop(count: number, reason: string): void {
    const { dropped } = totals;
    if (count > 0) totals = { ...totals, dropped: { ...dropped, [reason]: (dropped[reason] ?? 0) + count } };
  }

  return {
    queue: queue as ReadonlyMap<string, OutboxEntry>,
    dead: dead as ReadonlyMap<string, DeadLetter>,
    totals: (): Totals => totals,
    state: (): DeliveryState => state,
    queuedBytes: (): number => bytes,
    /** Of all items in it, waiting or dead. */
    bytes: (): number => bytes + deadBytes,
    /** Nothing is left to send, to look at, or to tell. */
    isSettled: (): boolean => queue.size + dead.size + Object.keys(totals.dropped).length === 0,
    apply(record: JournalRecord): void {
      switch (record.step) {
        case 'totals':
          totals = record.totals;
          break;
        case 'kept':
          add(record.entry);
          break;
        case 'letter':
          bury(record.letter);
          break;
        case 'enqueue':
          if (queue.has(record.entry.uuid) || dead.has(record.entry.uuid)) break;
          add(record.entry);
          totals = { ...totals, enqueued: totals.enqueued + 1 };
          break;
        case 'delivered':
          for (const uuid of record.uuids) if (take(uuid)) totals = { ...totals, delivered: totals.delivered + 1 };
          break;
        case 'dead': {
          const { uuid, code, reason, at } = record;
          const entry = take(uuid);
          if (entry) bury({ uuid, item: entry.item, priority: entry.priority, code, reason, at });
          break;
        }
        case 'drop':
          drop(record.uuids.filter((uuid) => take(uuid) ?? unbury(uuid)).length, record.reason);
          break;
        case 'refused':
          totals = { ...totals, enqueued: totals.enqueued + record.count };
          drop(record.count, record.reason);
          break;
        case 'retry': {
          const letter = unbury(record.uuid);
          if (!letter) break;
          const { uuid, item, priority } = letter;
          add({ uuid, item, bytes: sizeOf(item), priority, waits_for: 0, hold_until: 0 });
          break;
        }
        case 'state':
          state = record.state;
      }
    },
    /** The shortest journal that says the same. */
    records: (): JournalRecord[] => [
      { step: 'totals', totals },
      ...[...dead.values()].map((letter) => ({ step: 'letter', letter }) as const),
      ...[...queue.values()].map((entry) => ({ step: 'kept', entry }) as const),
      { step: 'state', state },
    ],
  };
}

export type Contents = ReturnType<typeof createContents>;

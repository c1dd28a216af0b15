import type {
  DeadLetter,
  EnqueueOutcome,
  OutboxCounts,
  OutboxEntry,
  OutboxStore,
  Priority,
  Settlement,
} from '../../shared/client/outbox.ts';
import type { ArtifactType, IngestItem } from '../../shared/protocol/schema.ts';
import { createArtifactStore, HOLD_MS } from './artifact_store.ts';
import type { CallReference, Counters, Database, ReadWrite, RunState } from './database.ts';
import { createDeadLetters, keepDeadLetters } from './dead_letters.ts';
import { createDeliveryStates } from './delivery_states.ts';
import { inBatches } from './in_batches.ts';
import { createRoom } from './make_room.ts';
import { putItem } from './put_item.ts';
import { added, createTransactions, isQuotaError, unlessFull } from './transaction.ts';
import { settledUuids, unwrittenOf } from './unwritten.ts';

/** What is to be queued, made inside the transaction so that `seq` and queue move together. */
export type MakeItem = (run: RunState, nextSeq: () => number) => IngestItem;

export interface EnqueueOptions {
  readonly uuid: string;
  readonly priority: Priority;
  /** Artifacts that are now being made for this call; it waits for them until `hold_until`. */
  readonly awaits?: readonly ArtifactType[];
  readonly hold_until?: number;
  readonly at: string;
}

interface NewEntry extends EnqueueOptions {
  readonly make: MakeItem;
}

/** Why captures are dropped that the background never saw. */
const LOST_IN_PAGE = 'lost_in_page';

export const artifactId = (event_uuid: string, type: ArtifactType): string => `${event_uuid}:${type}`;

/** No hold ends later than `HOLD_MS` from now; one that seems to was set before the clock was set back. */
const isHeld = ({ waits_for, hold_until }: OutboxEntry, now: number): boolean =>
  waits_for > 0 && hold_until > now && hold_until <= now + HOLD_MS;

const joined = (before: Settlement | undefined, { delivered, dead }: Settlement): Settlement => ({
  delivered: [...(before?.delivered ?? []), ...delivered],
  dead: [...(before?.dead ?? []), ...dead],
});

/** The outbox of the extension, in IndexedDB. */
export function createOutboxStore(db: Database, now: () => number) {
  const transactions = createTransactions(db);
  const { change, withUnwritten, countUnwritten } = transactions;
  const artifacts = createArtifactStore(db, transactions, now);

  const unwritten = unwrittenOf(db);
  const room = createRoom(db, transactions, artifacts, now);
  const states = createDeliveryStates(db, room);

  const settleNow = ({ delivered, dead }: Settlement, at: number): Promise<void> =>
    change(['queue', 'dead', 'lease'], async (tx, before) => {
      const queue = tx.objectStore('queue');
      let counters = before;
      const take = async (uuid: string): Promise<OutboxEntry | undefined> => {
        const entry = await queue.index('by_uuid').get(uuid);
        if (entry?.id === undefined) return undefined;
        await queue.delete(entry.id);
        counters = { ...counters, queued_bytes: counters.queued_bytes - entry.bytes };
        return entry;
      };
      for (const uuid of delivered) if (await take(uuid)) counters = { ...counters, delivered: counters.delivered + 1 };
      const letters: DeadLetter[] = [];
      for (const { uuid, code, reason } of dead) {
        const entry = await take(uuid);
        if (entry) letters.push({ uuid, item: entry.item, priority: entry.priority, code, reason, at });
      }
      await tx.objectStore('lease').delete('lease');
      return { counters: await keepDeadLetters(tx, counters, letters), result: undefined };
    });

  const store: OutboxStore = {
    async lease({ now: at, maxItems, maxBytes, until }) {
      const tx = db.transaction(['queue', 'lease'], 'readwrite');
      const batch: OutboxEntry[] = [];
      const settled = new Set(settledUuids(unwritten));
      let bytes = 0;
      let cursor = await tx.objectStore('queue').openCursor();
      for (; cursor; cursor = await cursor.continue()) {
        const { id: _id, ...entry } = cursor.value;
        if (settled.has(entry.uuid) || isHeld(entry, at)) continue;
        if (batch.length >= maxItems || (batch.length > 0 && bytes + entry.bytes > maxBytes)) break;
        batch.push(entry);
        bytes += entry.bytes;
      }
      const lease = { uuids: batch.map(({ uuid }) => uuid), until };
      const written = await unlessFull(() =>
        Promise.all([tx.objectStore('lease').put(lease, 'lease'), tx.done]).catch((error: unknown) => {
          throw tx.error ?? error;
        }),
      );
      unwritten.lease = written ? undefined : lease;
      return batch;
    },
    /** Where the disk is full the entries stay, and are sent no more while this context lives; the next one tells them again. */
    async settle(settlement, at) {
      const due = joined(unwritten.settlement, settlement);
      unwritten.lease = undefined;
      unwritten.settlement = (await room.writeLightly(() => settleNow(due, at))) ? undefined : due;
    },
    async counts(): Promise<OutboxCounts> {
      const tx = db.transaction(['queue', 'dead', 'counters']);
      const [queued, letters, stored] = await Promise.all([
        tx.objectStore('queue').count(),
        tx.objectStore('dead').getAll(),
        tx.objectStore('counters').get('counters'),
      ]);
      const { enqueued, delivered, dropped } = withUnwritten(stored);
      const dead_reasons = letters.reduce<Record<string, number>>((reasons, { code }) => added(reasons, code), {});
      const drops = Object.values(dropped).reduce((sum, n) => sum + n, 0);
      return { enqueued, delivered, queued, dead: letters.length, dropped: drops, drop_reasons: dropped, dead_reasons };
    },
    state: states.state,
    setState: states.setState,
  };

  async function enqueueOne(
    tx: ReadWrite,
    before: Counters,
    { make, uuid, priority, awaits = [], hold_until = 0, at }: NewEntry,
  ): Promise<{ counters: Counters; outcome: EnqueueOutcome }> {
    const known =
      (await tx.objectStore('queue').index('by_uuid').getKey(uuid)) ?? (await tx.objectStore('dead').getKey(uuid));
    if (known !== undefined) return { counters: before, outcome: 'duplicate' };
    const run = await tx.objectStore('run').get('run');
    // The recording was turned off in between.
    if (!run) {
      const dropped = added(before.dropped, 'no_run');
      return { counters: { ...before, enqueued: before.enqueued + 1, dropped }, outcome: 'dropped' };
    }
    let next_seq = run.next_seq;
    const item = make(run, () => next_seq++);
    const waiting = item.kind === 'tool_call' ? awaits : [];
    const placed = { uuid, item, priority, waits_for: waiting.length, hold_until };
    const { counters, queued } = await putItem(tx, before, placed, now());
    if (queued && item.kind === 'tool_call') {
      const { context, tool_name, seq, event_uuid, started_at } = item;
      const call: CallReference = { context, tool_name, seq, event_uuid, started_at };
      const fresh = { event_uuid, call, created_at: now(), refusals: 0, attempts: 0, not_before: 0 };
      for (const type of waiting)
        await tx.objectStore('artifacts').put({ id: artifactId(event_uuid, type), type, ...fresh });
    }
    await tx.objectStore('run').put({ ...run, next_seq, last_event_at: at }, 'run');
    return { counters, outcome: queued ? 'queued' : 'dropped' };
  }

  /** In one transaction, in order: a hundred take hardly longer than one. */
  const enqueueAll = (entries: readonly NewEntry[]): Promise<EnqueueOutcome[]> =>
    change(['queue', 'dead', 'artifacts', 'run', 'lease'], async (tx, before) => {
      let counters = before;
      const result: EnqueueOutcome[] = [];
      for (const entry of entries) {
        const done = await enqueueOne(tx, counters, entry);
        counters = done.counters;
        result.push(done.outcome);
      }
      return { counters, result };
    });

  async function enqueueMakingRoom(entry: NewEntry): Promise<EnqueueOutcome> {
    let outcome: EnqueueOutcome = 'dropped';
    const written = await room.write(async () => {
      outcome = (await enqueueAll([entry]))[0] ?? 'dropped';
    }, entry.priority);
    if (!written) countUnwritten('quota');
    return outcome;
  }

  const together = inBatches<NewEntry, EnqueueOutcome>(async (entries) => {
    try {
      return await enqueueAll(entries);
    } catch (error) {
      if (!isQuotaError(error)) throw error;
    }
    const outcomes: EnqueueOutcome[] = [];
    for (const entry of entries) outcomes.push(await enqueueMakingRoom(entry));
    return outcomes;
  });

  return {
    ...store,
    ...states,
    ...artifacts,
    ...createDeadLetters(db, transactions, now),
    /** Queues one item. The same uuid twice is one item. Where the disk is full, room is made; else it is dropped and counted. */
    enqueue: (make: MakeItem, options: EnqueueOptions): Promise<EnqueueOutcome> => together({ make, ...options }),
    /** Before anything is queued into it. False where there is no room even for it. */
    putRun: (run: RunState): Promise<boolean> => room.write(() => db.put('run', run, 'run'), 0),
    /** Captures that never came here: their page caused too many, or nobody listened. */
    async countLost(count: number): Promise<void> {
      if (count === 0) return;
      const counted = await unlessFull(() =>
        change([], async (_tx, before) => ({
          counters: {
            ...before,
            enqueued: before.enqueued + count,
            dropped: added(before.dropped, LOST_IN_PAGE, count),
          },
          result: undefined,
        })),
      );
      if (!counted) countUnwritten(LOST_IN_PAGE, count);
    },
    /** A capture for which there is no room, not even for the run that it would begin. */
    countUnwritten,
  };
}

export type OutboxDatabase = ReturnType<typeof createOutboxStore>;

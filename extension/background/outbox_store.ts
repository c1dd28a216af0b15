import type { StoreNames } from 'idb';
import type { DeadLetter, OutboxCounts, OutboxEntry, OutboxStore } from '../../shared/client/outbox.ts';
import type { IngestItem } from '../../shared/protocol/schema.ts';
import type { Counters, Database, ReadWrite, RunState, Schema, StoredArtifact } from './database.ts';
import { added, evict, MAX_ARTIFACT_BYTES_WAITING, NO_COUNTERS } from './eviction.ts';

/** Most dead letters kept for people to look at. */
export const MAX_DEAD_LETTERS = 500;

/** What is to be queued, made inside the transaction so that `seq` and queue move together. */
export type MakeItem = (run: RunState, nextSeq: () => number) => IngestItem;

export interface EnqueueOptions {
  readonly uuid: string;
  readonly priority: OutboxEntry['priority'];
  readonly artifacts?: readonly StoredArtifact[];
  readonly hold_until?: number;
  readonly at: string;
}

export type EnqueueOutcome = 'queued' | 'duplicate' | 'dropped';

/** The outbox of the extension, in IndexedDB. */
export function createOutboxStore(db: Database) {
  const writable = (...names: StoreNames<Schema>[]): ReadWrite =>
    db.transaction(names, 'readwrite', { durability: 'strict' });

  async function moveToDead(tx: ReadWrite, letters: readonly DeadLetter[], counters: Counters): Promise<Counters> {
    let { dropped } = counters;
    const dead = tx.objectStore('dead');
    for (const letter of letters) await dead.put(letter);
    let excess = (await dead.count()) - MAX_DEAD_LETTERS;
    for (let cursor = await dead.index('by_at').openCursor(); cursor && excess > 0; cursor = await cursor.continue()) {
      await cursor.delete();
      dropped = added(dropped, 'dead_letters_full');
      excess -= 1;
    }
    return { ...counters, dropped };
  }

  const store: OutboxStore = {
    async read(now, maxItems, maxBytes) {
      const batch: OutboxEntry[] = [];
      let bytes = 0;
      for (let cursor = await db.transaction('queue').store.openCursor(); cursor; cursor = await cursor.continue()) {
        const { id: _id, ...entry } = cursor.value;
        if (entry.waits_for > 0 && entry.hold_until > now) continue;
        if (batch.length >= maxItems || (batch.length > 0 && bytes + entry.bytes > maxBytes)) break;
        batch.push(entry);
        bytes += entry.bytes;
      }
      return batch;
    },
    async settle({ delivered, dead }, now) {
      const tx = writable('queue', 'dead', 'counters');
      const queue = tx.objectStore('queue');
      let counters = (await tx.objectStore('counters').get('counters')) ?? NO_COUNTERS;
      const take = async (uuid: string): Promise<OutboxEntry | undefined> => {
        const key = await queue.index('by_uuid').getKey(uuid);
        if (key === undefined) return undefined;
        const entry = await queue.get(key);
        await queue.delete(key);
        counters = { ...counters, queued_bytes: counters.queued_bytes - (entry?.bytes ?? 0) };
        return entry;
      };
      for (const uuid of delivered) if (await take(uuid)) counters = { ...counters, delivered: counters.delivered + 1 };
      const letters: DeadLetter[] = [];
      for (const { uuid, code, reason } of dead) {
        const entry = await take(uuid);
        if (entry) letters.push({ uuid, item: entry.item, code, reason, at: now });
      }
      counters = await moveToDead(tx, letters, counters);
      await tx.objectStore('counters').put(counters, 'counters');
      await tx.done;
    },
    async counts(): Promise<OutboxCounts> {
      const tx = db.transaction(['queue', 'dead', 'counters']);
      const [queued, letters, counters] = await Promise.all([
        tx.objectStore('queue').count(),
        tx.objectStore('dead').getAll(),
        tx.objectStore('counters').get('counters'),
      ]);
      const { enqueued, delivered, dropped } = counters ?? NO_COUNTERS;
      const dead_reasons = letters.reduce<Record<string, number>>((reasons, { code }) => added(reasons, code), {});
      const drops = Object.values(dropped).reduce((sum, n) => sum + n, 0);
      return { enqueued, delivered, queued, dead: letters.length, dropped: drops, drop_reasons: dropped, dead_reasons };
    },
    state: async () => (await db.get('delivery', 'delivery')) ?? { attempt: 0, not_before: 0 },
    setState: async (state) => {
      await db.put('delivery', state, 'delivery');
    },
  };

  return {
    ...store,
    /** Queues one item with its artifacts. The same uuid twice is one item. A full disk drops the item and counts it. */
    async enqueue(
      make: MakeItem,
      { uuid, priority, artifacts = [], hold_until = 0, at }: EnqueueOptions,
    ): Promise<EnqueueOutcome> {
      const tx = writable('queue', 'artifacts', 'counters', 'run');
      const queue = tx.objectStore('queue');
      const run = await tx.objectStore('run').get('run');
      if (!run) return 'dropped';
      if ((await queue.index('by_uuid').getKey(uuid)) !== undefined) return 'duplicate';
      let next_seq = run.next_seq;
      const item = make(run, () => next_seq++);
      const bytes = JSON.stringify(item).length;
      const before = (await tx.objectStore('counters').get('counters')) ?? NO_COUNTERS;
      const { counters, fits } = await evict(tx, before, bytes, priority);
      const enqueued = counters.enqueued + 1;
      if (fits) {
        const size = artifacts.reduce((sum, artifact) => sum + artifact.bytes.byteLength, 0);
        const keep = counters.artifact_bytes + size <= MAX_ARTIFACT_BYTES_WAITING;
        await queue.add({ uuid, item, bytes, priority, waits_for: keep ? artifacts.length : 0, hold_until });
        if (keep) for (const artifact of artifacts) await tx.objectStore('artifacts').put(artifact);
        const kept = keep
          ? { artifact_bytes: counters.artifact_bytes + size }
          : { artifacts_dropped: counters.artifacts_dropped + artifacts.length };
        await tx
          .objectStore('counters')

          .put({ ...counters, ...kept, enqueued, queued_bytes: counters.queued_bytes + bytes }, 'counters');
      } else {
        await tx
          .objectStore('counters')
          .put({ ...counters, enqueued, dropped: added(counters.dropped, 'queue_full') }, 'counters');
      }
      await tx.objectStore('run').put({ ...run, next_seq, last_event_at: at }, 'run');
      await tx.done;
      return fits ? 'queued' : 'dropped';
    },
    /** An artifact is stored, or given up (`ref` undefined): name it in its call and let the call go. */
    async artifactDone(artifact: StoredArtifact, storage_path: string | undefined): Promise<void> {
      const tx = writable('queue', 'artifacts', 'counters');
      const queue = tx.objectStore('queue');
      const key = await queue.index('by_uuid').getKey(artifact.event_uuid);
      const entry = key === undefined ? undefined : await queue.get(key);
      if (entry && entry.item.kind === 'tool_call') {
        const ref = storage_path && {
          type: artifact.type,
          content_hash: artifact.content_hash,
          storage_path,
          size: artifact.bytes.byteLength,
        };
        const item = ref ? { ...entry.item, artifacts: [...(entry.item.artifacts ?? []), ref] } : entry.item;
        await queue.put({ ...entry, item, waits_for: entry.waits_for - 1 });
      }
      await tx.objectStore('artifacts').delete(artifact.id);
      const counters = (await tx.objectStore('counters').get('counters')) ?? NO_COUNTERS;
      const artifact_bytes = Math.max(0, counters.artifact_bytes - artifact.bytes.byteLength);
      await tx.objectStore('counters').put({ ...counters, artifact_bytes }, 'counters');
      await tx.done;
    },
    /** Artifacts that wait for their upload, and how many were not kept. */
    async artifacts(): Promise<{ readonly artifacts_waiting: number; readonly artifacts_dropped: number }> {
      const [artifacts_waiting, counters] = await Promise.all([db.count('artifacts'), db.get('counters', 'counters')]);
      return { artifacts_waiting, artifacts_dropped: counters?.artifacts_dropped ?? 0 };
    },
    deadLetters: (): Promise<DeadLetter[]> => db.getAll('dead'),
    /** Puts every dead letter back into the queue, for after a fix. Returns how many. */
    async retryDeadLetters(): Promise<number> {
      const tx = writable('queue', 'dead', 'counters');
      const letters = await tx.objectStore('dead').getAll();
      let counters = (await tx.objectStore('counters').get('counters')) ?? NO_COUNTERS;
      for (const { uuid, item } of letters) {
        const bytes = JSON.stringify(item).length;
        await tx.objectStore('queue').add({ uuid, item, bytes, priority: 1, waits_for: 0, hold_until: 0 });
        counters = { ...counters, queued_bytes: counters.queued_bytes + bytes };
      }
      await tx.objectStore('dead').clear();
      await tx.objectStore('counters').put(counters, 'counters');
      await tx.done;
      return letters.length;
    },
  };
}

export type OutboxDatabase = ReturnType<typeof createOutboxStore>;

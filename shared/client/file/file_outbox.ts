import { mkdir } from 'node:fs/promises';
import type { IngestItem } from '../../protocol/schema.ts';
import { excessLetters } from '../dead_letters.ts';
import {
  type DeadLetter,
  type DeliveryState,
  type EnqueueOutcome,
  FRESH_STATE,
  MAX_QUEUED_BYTES,
  MAX_QUEUED_ITEMS,
  type OutboxEntry,
  type OutboxStore,
  type Priority,
  sizeOf,
} from '../outbox.ts';
import { createJournals } from './journals.ts';
import { thisOwner } from './owner.ts';
import { isFull, writeEntry } from './write_entry.ts';

export interface FileOutboxOptions {
  /** Shared by processes that see each other's pids; made where it is missing. */
  readonly dir: string;
  readonly now: () => number;
  /**
   * When an item is safe from a power cut: `always` before `enqueue` answers, `never` when the system sees fit. A kill of the
   * process loses nothing either way. Default `always`.
   */
  readonly sync?: 'always' | 'never';
  readonly maxItems?: number;
  readonly maxBytes?: number;
}

interface Gathered {
  readonly item: IngestItem;
  readonly uuid: string;
  readonly priority: Priority;
  readonly resolve: (outcome: EnqueueOutcome) => void;
}

/**
 * The outbox of Node processes, in a folder. Each process appends to a journal of its own and is its one sender; journals of
 * processes that ended are taken over, at the opening and by `adopt`. No method rejects for the disk's sake: what it does not take
 * is counted as dropped.
 */
export async function openFileOutbox({
  dir,
  now,
  sync = 'always',
  maxItems = MAX_QUEUED_ITEMS,
  maxBytes = MAX_QUEUED_BYTES,
}: FileOutboxOptions) {
  const journals = createJournals(dir, await thisOwner());
  const { queuedItems, queuedBytes } = journals;
  let lease: { readonly uuids: ReadonlySet<string>; readonly until: number } = { uuids: new Set(), until: 0 };
  let state: DeliveryState = FRESH_STATE;

  let turn: Promise<unknown> = Promise.resolve();
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = turn.then(work);
    turn = done.catch(() => undefined);
    return done;
  }

  async function adopt(): Promise<number> {
    const adopted = await journals.adopt();
    // What the server asked of a process that ended binds this one.
    for (const { contents } of adopted) if (contents.state().not_before > state.not_before) state = contents.state();
    return adopted.length;
  }

  async function enqueue(item: IngestItem, uuid: string, priority: Priority): Promise<EnqueueOutcome> {
    if (journals.knows(uuid)) return 'duplicate';
    const bytes = sizeOf(item);
    const spared = lease.until > now() ? lease.uuids : new Set<string>();
    const fits = (): boolean => queuedItems() < maxItems && queuedBytes() + bytes <= maxBytes;
    await journals.evictUntil(fits, { priority, reason: 'queue_full', spared });
    try {
      if (fits()) {
        await writeEntry(journals, { uuid, item, bytes, priority, waits_for: 0, hold_until: 0 }, spared);
        return 'queued';
      }
      await journals.countRefused('queue_full');
    } catch (error) {
      await journals.countRefused(isFull(error) ? 'disk_full' : 'disk_error');
    }
    return 'dropped';
  }

  /** Items that come in one turn of the event loop, or while something else is written, are written at once. */
  let gathered: Gathered[] = [];
  function gather(item: IngestItem, uuid: string, priority: Priority): Promise<EnqueueOutcome> {
    return new Promise((resolve) => {
      gathered.push({ item, uuid, priority, resolve });
      if (gathered.length === 1)
        void inTurn(async () => {
          const batch = gathered;
          gathered = [];
          if (await enqueuedTogether(batch)) for (const one of batch) one.resolve('queued');
          else for (const one of batch) one.resolve(await enqueue(one.item, one.uuid, one.priority));
        });
    });
  }
  /** Where all of them are new and there is room for all. */
  async function enqueuedTogether(batch: readonly Gathered[]): Promise<boolean> {
    const entries = batch.map(({ item, uuid, priority }) => ({
      uuid,
      item,
      bytes: sizeOf(item),
      priority,
      waits_for: 0,
      hold_until: 0,
    }));
    const bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);
    const isNew = new Set(batch.map(({ uuid }) => uuid)).size === batch.length;
    if (batch.length < 2 || !isNew || batch.some(({ uuid }) => journals.knows(uuid))) return false;
    if (queuedItems() + batch.length > maxItems || queuedBytes() + bytes > maxBytes) return false;
    try {
      const journal = await journals.beginOwn();
      await journal.append(...entries.map((entry) => ({ step: 'enqueue', entry }) as const));
      return true;
    } catch {
      return false;
    }
  }

  let syncing: Promise<void> = Promise.resolve();
  let nextSync: Promise<void> | undefined;
  /** Items that come while one sync is under way share the next. */
  function synced(): Promise<void> {
    nextSync ??= syncing.then(() => {
      nextSync = undefined;
      syncing = (journals.own()?.sync() ?? Promise.resolve()).catch(() => undefined);
      return syncing;
    });
    return nextSync;
  }

  const store: OutboxStore = {
    lease: ({ now: at, maxItems: most, maxBytes: room, until }) =>
      inTurn(async () => {
        const batch: OutboxEntry[] = [];
        let bytes = 0;
        for (const entry of journals.queue()) {
          if (entry.waits_for > 0 && entry.hold_until > at) continue;
          if (batch.length >= most || (batch.length > 0 && bytes + entry.bytes > room)) break;
          batch.push(entry);
          bytes += entry.bytes;
        }
        lease = { uuids: new Set(batch.map(({ uuid }) => uuid)), until };
        return batch;
      }),
    settle: ({ delivered, dead }, at) =>
      inTurn(async () => {
        for (const journal of journals.all()) {
          const { contents } = journal;
          const uuids = delivered.filter((uuid) => contents.queue.has(uuid));
          if (uuids.length > 0) await journal.note({ step: 'delivered', uuids });
          for (const { uuid, code, reason } of dead)
            if (contents.queue.has(uuid)) await journal.note({ step: 'dead', uuid, code, reason, at });
          const excess = dead.length > 0 ? excessLetters([...contents.dead.values()]) : [];
          if (excess.length > 0) await journal.note({ step: 'drop', uuids: excess, reason: 'dead_letters_full' });
        }
        lease = { uuids: new Set(), until: 0 };
        await journals.forgetSettled();
      }),
    counts: () => inTurn(async () => journals.counts()),
    state: async () => state,
    setState: (next) =>
      inTurn(async () => {
        state = next;
        // Without a journal there is nothing to send, now or by a later process.
        await journals.all().at(-1)?.note({ step: 'state', state });
      }),
  };

  await mkdir(dir, { recursive: true }).catch(() => undefined);
  await adopt();

  return {
    ...store,
    /** Queues one item under its uuid; the same uuid twice is one item. */
    async enqueue(item: IngestItem, uuid: string, priority: Priority): Promise<EnqueueOutcome> {
      const outcome = await gather(item, uuid, priority);
      if (outcome === 'queued' && sync === 'always') await synced();
      return outcome;
    },
    /** Takes over what processes that ended left. Returns how many journals. */
    adopt: (): Promise<number> => inTurn(adopt),
    /** Oldest first. */
    deadLetters: (): Promise<DeadLetter[]> => inTurn(async () => journals.letters().sort((a, b) => a.at - b.at)),
    /** Puts dead letters back into the queue, all or those named, as far as there is room. Returns how many. */
    retryDeadLetters: (uuids?: readonly string[]): Promise<number> =>
      inTurn(async () => {
        let count = 0;
        for (const journal of journals.all())
          for (const { uuid, item } of [...journal.contents.dead.values()]) {
            if (uuids && !uuids.includes(uuid)) continue;
            if (queuedItems() >= maxItems || queuedBytes() + sizeOf(item) > maxBytes) return count;
            await journal.note({ step: 'retry', uuid });
            count += 1;
          }
        return count;
      }),
    /** What is left is delivered by the next process that opens the folder. */
    close: (): Promise<void> =>
      inTurn(async () => {
        await nextSync;
        await syncing;
        await journals.close();
      }),
  };
}

export type FileOutbox = Awaited<ReturnType<typeof openFileOutbox>>;

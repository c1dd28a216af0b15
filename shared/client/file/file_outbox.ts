import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { IngestItem } from '../../protocol/schema.ts';
import {
  type DeadLetter,
  type DeliveryState,
  type EnqueueOutcome,
  FRESH_STATE,
  MAX_DEAD_LETTERS,
  MAX_QUEUED_BYTES,
  MAX_QUEUED_ITEMS,
  type OutboxCounts,
  type OutboxEntry,
  type OutboxStore,
  PRIORITIES_LEAST_FIRST,
  type Priority,
  sizeOf,
} from '../outbox.ts';
import { adoptJournals } from './adopt.ts';
import { type Journal, openJournal } from './journal.ts';
import { nameOf, thisOwner } from './owner.ts';
import type { Totals } from './record.ts';

/** Part of the queue that goes at once where the disk is full. */
const FULL_DISK_SHARE = 4;
const FULL = ['ENOSPC', 'EDQUOT', 'EFBIG'];

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

const isFull = (error: unknown): boolean => FULL.includes((error as NodeJS.ErrnoException).code ?? '');

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
  const self = await thisOwner();
  /** Adopted ones first: theirs is older. The own one is begun by the first item. */
  let journals: Journal[] = [];
  let own: Journal | undefined;
  let lease: { readonly uuids: ReadonlySet<string>; readonly until: number } = { uuids: new Set(), until: 0 };
  let state: DeliveryState = FRESH_STATE;
  /** Of journals that are settled and gone, and of items that never reached one. */
  let past: Totals = { enqueued: 0, delivered: 0, dropped: {} };

  let turn: Promise<unknown> = Promise.resolve();
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = turn.then(work);
    turn = done.catch(() => undefined);
    return done;
  }

  const holderOf = (uuid: string): Journal | undefined =>
    journals.find(({ contents }) => contents.queue.has(uuid) || contents.dead.has(uuid));
  const queuedItems = (): number => journals.reduce((sum, { contents }) => sum + contents.queue.size, 0);
  const queuedBytes = (): number => journals.reduce((sum, { contents }) => sum + contents.queuedBytes(), 0);

  async function ownJournal(): Promise<Journal> {
    if (own) return own;
    await mkdir(dir, { recursive: true });
    own = await openJournal(join(dir, nameOf(self)));
    journals = [...journals, own];
    return own;
  }

  async function adopt(): Promise<number> {
    const adopted = await adoptJournals(dir, self).catch(() => []);
    journals = [...adopted, ...journals];
    for (const { contents } of adopted) if (contents.state().not_before > state.not_before) state = contents.state();
    await forgetSettled();
    return adopted.length;
  }

  /** Adopted journals that hold nothing any more are removed; what they counted stays counted while this process runs. */
  async function forgetSettled(): Promise<void> {
    for (const journal of journals) {
      if (journal === own || !journal.contents.isSettled()) continue;
      const { enqueued, delivered } = journal.contents.totals();
      past = { ...past, enqueued: past.enqueued + enqueued, delivered: past.delivered + delivered };
      journals = journals.filter((each) => each !== journal);
      await journal.remove().catch(() => undefined);
    }
  }

  /** Evicts the least important first, among equals the oldest, but not what is being sent. */
  async function evictUntil(enough: () => boolean, priority: Priority, reason: string): Promise<void> {
    const leased = lease.until > now() ? lease.uuids : new Set<string>();
    for (const level of PRIORITIES_LEAST_FIRST.filter((each) => each >= priority))
      for (const journal of journals)
        for (const entry of [...journal.contents.queue.values()]) {
          if (enough()) return;
          if (entry.priority === level && !leased.has(entry.uuid))
            await journal.note({ step: 'drop', uuids: [entry.uuid], reason });
        }
  }

  async function write(entry: OutboxEntry): Promise<void> {
    const record = { step: 'enqueue', entry } as const;
    try {
      await (await ownJournal()).append(record);
      return;
    } catch (error) {
      if (!own || !isFull(error)) throw error;
    }
    await own.compact();
    try {
      await own.append(record);
      return;
    } catch (error) {
      if (!isFull(error)) throw error;
    }
    const goal = queuedBytes() - Math.max(entry.bytes, queuedBytes() / FULL_DISK_SHARE);
    await evictUntil(() => queuedBytes() <= goal, entry.priority, 'disk_full');
    await own.compact();
    await own.append(record);
  }

  async function refuse(reason: string): Promise<EnqueueOutcome> {
    if (own) await own.note({ step: 'refused', count: 1, reason });
    else {
      const dropped = { ...past.dropped, [reason]: (past.dropped[reason] ?? 0) + 1 };
      past = { ...past, enqueued: past.enqueued + 1, dropped };
    }
    return 'dropped';
  }

  async function enqueue(item: IngestItem, uuid: string, priority: Priority): Promise<EnqueueOutcome> {
    if (holderOf(uuid)) return 'duplicate';
    const bytes = sizeOf(item);
    const fits = (): boolean => queuedItems() < maxItems && queuedBytes() + bytes <= maxBytes;
    await evictUntil(fits, priority, 'queue_full');
    if (!fits()) return refuse('queue_full');
    try {
      await write({ uuid, item, bytes, priority, waits_for: 0, hold_until: 0 });
    } catch (error) {
      return refuse(isFull(error) ? 'disk_full' : 'disk_error');
    }
    return 'queued';
  }

  async function trimDead(journal: Journal): Promise<void> {
    const excess = [...journal.contents.dead.keys()].slice(0, -MAX_DEAD_LETTERS);
    if (excess.length > 0) await journal.note({ step: 'drop', uuids: excess, reason: 'dead_letters_full' });
  }

  const store: OutboxStore = {
    lease: ({ now: at, maxItems: most, maxBytes: room, until }) =>
      inTurn(async () => {
        const batch: OutboxEntry[] = [];
        let bytes = 0;
        for (const entry of journals.flatMap(({ contents }) => [...contents.queue.values()])) {
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
        for (const journal of journals) {
          const uuids = delivered.filter((uuid) => journal.contents.queue.has(uuid));
          if (uuids.length > 0) await journal.note({ step: 'delivered', uuids });
          for (const { uuid, code, reason } of dead)
            if (journal.contents.queue.has(uuid)) await journal.note({ step: 'dead', uuid, code, reason, at });
          await trimDead(journal);
        }
        lease = { uuids: new Set(), until: 0 };
        await forgetSettled();
      }),
    counts: () => inTurn(async () => countsOf([...journals.map(({ contents }) => contents.totals()), past])),
    state: async () => state,
    setState: (next) =>
      inTurn(async () => {
        state = next;
        // Without a journal there is nothing to send, now or by a later process.
        await journals.at(-1)?.note({ step: 'state', state });
      }),
  };

  function countsOf(totals: readonly Totals[]): OutboxCounts {
    const drop_reasons: Record<string, number> = {};
    for (const { dropped } of totals)
      for (const [reason, count] of Object.entries(dropped)) drop_reasons[reason] = (drop_reasons[reason] ?? 0) + count;
    const dead_reasons: Record<string, number> = {};
    const letters = journals.flatMap(({ contents }) => [...contents.dead.values()]);
    for (const { code } of letters) dead_reasons[code] = (dead_reasons[code] ?? 0) + 1;
    return {
      enqueued: totals.reduce((sum, { enqueued }) => sum + enqueued, 0),
      delivered: totals.reduce((sum, { delivered }) => sum + delivered, 0),
      queued: queuedItems(),
      dead: letters.length,
      dropped: Object.values(drop_reasons).reduce((sum, count) => sum + count, 0),
      drop_reasons,
      dead_reasons,
    };
  }

  let syncing: Promise<void> | undefined;
  /** Items that come while one sync is under way share the next. */
  function synced(): Promise<void> {
    const next = (syncing ?? Promise.resolve()).then(() => own?.sync()).catch(() => undefined);
    syncing = next;
    return next;
  }

  await mkdir(dir, { recursive: true }).catch(() => undefined);
  await adopt();

  return {
    ...store,
    /** Queues one item under its uuid; the same uuid twice is one item. */
    async enqueue(item: IngestItem, uuid: string, priority: Priority): Promise<EnqueueOutcome> {
      const outcome = await inTurn(() => enqueue(item, uuid, priority));
      if (outcome === 'queued' && sync === 'always') await synced();
      return outcome;
    },
    /** Takes over what processes that ended left. Returns how many journals. */
    adopt: (): Promise<number> => inTurn(adopt),
    deadLetters: (): Promise<DeadLetter[]> =>
      inTurn(async () => journals.flatMap(({ contents }) => [...contents.dead.values()]).sort((a, b) => a.at - b.at)),
    /** Puts dead letters back into the queue, all or those named, as far as there is room. Returns how many. */
    retryDeadLetters: (uuids?: readonly string[]): Promise<number> =>
      inTurn(async () => {
        let count = 0;
        for (const journal of journals)
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
        await syncing;
        for (const journal of journals) await (journal.contents.isSettled() ? journal.remove() : journal.close());
        journals = [];
        own = undefined;
      }),
  };
}

export type FileOutbox = Awaited<ReturnType<typeof openFileOutbox>>;

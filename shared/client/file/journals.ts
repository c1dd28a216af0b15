import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type DeadLetter,
  type OutboxCounts,
  type OutboxEntry,
  PRIORITIES_LEAST_FIRST,
  type Priority,
} from '../outbox.ts';
import { adoptJournals } from './adopt.ts';
import { type Journal, openJournal } from './journal.ts';
import { nameOf, type Owner } from './owner.ts';
import type { Totals } from './record.ts';

const summed = (counts: readonly Readonly<Record<string, number>>[]): Record<string, number> => {
  const sum: Record<string, number> = {};
  for (const each of counts) for (const [reason, n] of Object.entries(each)) sum[reason] = (sum[reason] ?? 0) + n;
  return sum;
};
const total = (numbers: readonly number[]): number => numbers.reduce((sum, n) => sum + n, 0);

/** The journals of one process: its own, begun by the first item, and those it took over, which are older. */
export function createJournals(dir: string, self: Owner) {
  let own: Journal | undefined;
  let journals: readonly Journal[] = [];
  /** Of journals that are settled and gone, and of items that never reached one. */
  let past: Totals = { enqueued: 0, delivered: 0, dropped: {} };

  const queue = (): OutboxEntry[] => journals.flatMap(({ contents }) => [...contents.queue.values()]);
  const letters = (): DeadLetter[] => journals.flatMap(({ contents }) => [...contents.dead.values()]);

  /** Those taken over that hold nothing any more are removed; what they counted stays counted while this process runs. */
  async function forgetSettled(): Promise<void> {
    for (const journal of journals) {
      if (journal === own || !journal.contents.isSettled()) continue;
      const { enqueued, delivered } = journal.contents.totals();
      past = { ...past, enqueued: past.enqueued + enqueued, delivered: past.delivered + delivered };
      journals = journals.filter((each) => each !== journal);
      await journal.remove().catch(() => undefined);
    }
  }

  return {
    all: (): readonly Journal[] => journals,
    /** Undefined until the first item. */
    own: (): Journal | undefined => own,
    async beginOwn(): Promise<Journal> {
      if (own) return own;
      await mkdir(dir, { recursive: true });
      own = await openJournal(join(dir, nameOf(self)));
      journals = [...journals, own];
      return own;
    },
    async adopt(): Promise<readonly Journal[]> {
      const adopted = await adoptJournals(dir, self).catch(() => []);
      journals = [...adopted, ...journals];
      await forgetSettled();
      return adopted;
    },
    forgetSettled,
    knows: (uuid: string): boolean =>
      journals.some(({ contents }) => contents.queue.has(uuid) || contents.dead.has(uuid)),
    /** Oldest first. */
    queue,
    letters,
    queuedItems: (): number => total(journals.map(({ contents }) => contents.queue.size)),
    queuedBytes: (): number => total(journals.map(({ contents }) => contents.queuedBytes())),
    /** Evicts the least important first, among equals the oldest, but none that is `spared`. */
    async evictUntil(
      enough: () => boolean,
      { priority, reason, spared }: { priority: Priority; reason: string; spared: ReadonlySet<string> },
    ): Promise<void> {
      for (const level of PRIORITIES_LEAST_FIRST.filter((each) => each >= priority))
        for (const journal of journals)
          for (const entry of [...journal.contents.queue.values()]) {
            if (enough()) return;
            if (entry.priority === level && !spared.has(entry.uuid))
              await journal.note({ step: 'drop', uuids: [entry.uuid], reason });
          }
    },
    /** An item that was not taken; counted in memory where there is no journal yet. */
    async countRefused(reason: string): Promise<void> {
      if (own) await own.note({ step: 'refused', count: 1, reason });
      else past = { ...past, enqueued: past.enqueued + 1, dropped: summed([past.dropped, { [reason]: 1 }]) };
    },
    counts(): OutboxCounts {
      const totals = [past, ...journals.map(({ contents }) => contents.totals())];
      const dead = letters();
      const drop_reasons = summed(totals.map(({ dropped }) => dropped));
      return {
        enqueued: total(totals.map(({ enqueued }) => enqueued)),
        delivered: total(totals.map(({ delivered }) => delivered)),
        queued: queue().length,
        dead: dead.length,
        dropped: total(Object.values(drop_reasons)),
        drop_reasons,
        dead_reasons: summed(dead.map(({ code }) => ({ [code]: 1 }))),
      };
    },
    async close(): Promise<void> {
      for (const journal of journals) await (journal.contents.isSettled() ? journal.remove() : journal.close());
      journals = [];
      own = undefined;
    },
  };
}

export type Journals = ReturnType<typeof createJournals>;

import type { OutboxEntry } from '../outbox.ts';
import type { Journals } from './journals.ts';

/** Part of the queue that goes at once where the disk is full. */
const SHARE = 4;
const FULL = ['ENOSPC', 'EDQUOT', 'EFBIG'];

export const isFull = (error: unknown): boolean => FULL.includes((error as NodeJS.ErrnoException).code ?? '');

/**
 * Writes an entry into the own journal. On a full disk the journal is first written anew without what is settled, then without what
 * matters least. Rejects where that does not help either.
 */
export async function writeEntry(journals: Journals, entry: OutboxEntry, spared: ReadonlySet<string>): Promise<void> {
  const journal = await journals.beginOwn();
  const tried = (): Promise<boolean> =>
    journal.append({ step: 'enqueue', entry }).then(
      () => true,
      (error: unknown) => {
        if (!isFull(error)) throw error;
        return false;
      },
    );
  if (await tried()) return;
  await journal.compact();
  if (await tried()) return;
  const goal = journals.queuedBytes() - Math.max(entry.bytes, journals.queuedBytes() / SHARE);
  const enough = (): boolean => journals.queuedBytes() <= goal;
  await journals.evictUntil(enough, { priority: entry.priority, reason: 'disk_full', spared });
  await journal.compact();
  await journal.append({ step: 'enqueue', entry });
}

import { excessLetters } from '../../shared/client/dead_letters.ts';
import { type DeadLetter, sizeOf } from '../../shared/client/outbox.ts';
import type { Counters, Database, ReadWrite } from './database.ts';
import { evict } from './eviction.ts';
import { added, type Transactions } from './transaction.ts';

/** Keeps what was refused, the newest of it. */
export async function keepDeadLetters(
  tx: ReadWrite,
  counters: Counters,
  letters: readonly DeadLetter[],
): Promise<Counters> {
  if (letters.length === 0) return counters;
  const dead = tx.objectStore('dead');
  for (const letter of letters) await dead.put(letter);
  const excess = excessLetters(await dead.index('by_at').getAll());
  for (const uuid of excess) await dead.delete(uuid);
  if (excess.length === 0) return counters;
  return { ...counters, dropped: added(counters.dropped, 'dead_letters_full', excess.length) };
}

export function createDeadLetters(db: Database, { change }: Transactions, now: () => number) {
  return {
    /** Oldest first. */
    deadLetters: (): Promise<DeadLetter[]> => db.getAllFromIndex('dead', 'by_at'),
    /** Puts dead letters back into the queue, all or those named, as far as there is room. Returns how many. */
    retryDeadLetters: (uuids?: readonly string[]): Promise<number> =>
      change(['queue', 'dead', 'artifacts', 'lease'], async (tx, before) => {
        const dead = tx.objectStore('dead');
        let counters = before;
        let result = 0;
        for (const { uuid, item, priority } of await dead.index('by_at').getAll()) {
          if (uuids && !uuids.includes(uuid)) continue;
          const bytes = sizeOf(item);
          const room = await evict(tx, counters, bytes, priority, now());
          counters = room.counters;
          if (!room.fits) break;
          await tx.objectStore('queue').add({ uuid, item, bytes, priority, waits_for: 0, hold_until: 0 });
          await dead.delete(uuid);
          counters = { ...counters, queued_bytes: counters.queued_bytes + bytes };
          result += 1;
        }
        return { counters, result };
      }),
  };
}

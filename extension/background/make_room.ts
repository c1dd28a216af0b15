import type { Priority } from '../../shared/client/outbox.ts';
import type { ArtifactStore } from './artifact_store.ts';
import type { Database } from './database.ts';
import { evictForQuota } from './eviction.ts';
import { type Transactions, unlessFull } from './transaction.ts';

/** Answers whether it gave anything back. */
type Step = () => Promise<boolean>;

/** Writes what needs room that the browser does not give: first what can be had again goes, then what matters least. */
export function createRoom(
  db: Database,
  { change }: Transactions,
  artifacts: Pick<ArtifactStore, 'failAllArtifacts'>,
  now: () => number,
) {
  async function forgetHints(): Promise<boolean> {
    const cached = (await db.count('hints')) > 0;
    await db.clear('hints');
    return cached;
  }
  const failArtifacts: Step = () =>
    artifacts.failAllArtifacts({ code: 'quota', reason: 'the browser gives no more room' });
  const evicting =
    (priority: Priority): Step =>
    () =>
      change(['queue', 'artifacts', 'lease'], (tx, counters) => evictForQuota(tx, counters, priority, now()));

  async function writing(work: () => Promise<unknown>, steps: readonly Step[]): Promise<boolean> {
    if (await unlessFull(work)) return true;
    for (const step of steps) {
      let made = false;
      await unlessFull(async () => {
        made = await step();
      });
      if (made && (await unlessFull(work))) return true;
    }
    return false;
  }

  return {
    /** Nothing goes for it but what the server can be asked for again. Answers whether it was written. */
    writeLightly: (work: () => Promise<unknown>): Promise<boolean> => writing(work, [forgetHints]),
    /** Artifacts go for it, and items that matter no more than it. Answers whether it was written. */
    write(work: () => Promise<unknown>, priority: Priority): Promise<boolean> {
      const evict = evicting(priority);
      return writing(work, [forgetHints, failArtifacts, evict, evict, evict]);
    },
  };
}

export type Room = ReturnType<typeof createRoom>;

import browser from 'webextension-polyfill';
import type { Erased } from '../messages.ts';
import type { Database } from './database.ts';
import { TYPED_KEY } from './privacy.ts';
import { BROWSER_SESSION_KEY } from './run.ts';
import { added, createTransactions } from './transaction.ts';

const STORES = ['queue', 'dead', 'artifacts', 'hints', 'bundles', 'run', 'lease'] as const;

/**
 * Removes all that this browser holds of what was recorded: what waits to be sent, dead letters, artifacts, hints, the run and its
 * session, what was typed. The settings stay. What was being sent at this moment may still arrive.
 */
export async function erase(db: Database): Promise<Erased> {
  const { change } = createTransactions(db);
  const erased = await change<Erased>([...STORES], async (tx, before) => {
    const [items, dead_letters, artifacts, hints, bundles, run] = await Promise.all([
      tx.objectStore('queue').count(),
      tx.objectStore('dead').count(),
      tx.objectStore('artifacts').count(),
      tx.objectStore('hints').count(),
      tx.objectStore('bundles').count(),
      tx.objectStore('run').get('run'),
    ]);
    for (const name of STORES) await tx.objectStore(name).clear();
    const gone = items + dead_letters;
    const dropped = gone > 0 ? added(before.dropped, 'erased', gone) : before.dropped;
    return {
      counters: { ...before, queued_bytes: 0, artifact_bytes: 0, dropped },
      result: { items, dead_letters, artifacts, hints, bundles, ...(run ? { session_id: run.session_id } : {}) },
    };
  });
  await browser.storage.session.remove([TYPED_KEY, BROWSER_SESSION_KEY]);
  return erased;
}

import type { Db } from '../db/db.ts';

/**
 * This server's clock or the database's, whichever is behind, in ms since 1970. For what removes things by their age: a
 * server whose clock is ahead would take what is still wanted, and what is left can go later.
 */
export async function cautiousNow(db: Db, now: () => number): Promise<number> {
  const [row] = await db.tx('admin', (tx) => tx.query<{ now: Date }>('select clock_timestamp() as now'));
  return Math.min(now(), row?.now.getTime() ?? 0);
}

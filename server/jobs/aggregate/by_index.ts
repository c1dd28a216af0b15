import type { Db, Tx } from '../../db/db.ts';

/**
 * A transaction that reads by keys alone: to the planner a table that grew since it was analyzed is small, and it would read all of it
 * once for each key. Many keys make a plan look dear, and compiling it (jit) takes longer than carrying it out.
 */
export const byIndex = <T>(db: Db, fn: (tx: Tx) => Promise<T>): Promise<T> =>
  db.tx('admin', async (tx) => {
    await tx.query(
      `select set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true), set_config('work_mem', '64MB', true)`,
    );
    return fn(tx);
  });

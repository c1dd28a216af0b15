import { type Db, type Scope, sqlState, type Tx } from './db.ts';

const ATTEMPTS = 5;

/** As `db.tx`, again when Postgres broke a deadlock (40P01) or a serialisation cycle (40001) by this transaction. */
export async function retryingTx<T>(db: Db, scope: Scope, fn: (tx: Tx) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.tx(scope, fn);
    } catch (error) {
      const state = sqlState(error);
      if (attempt === ATTEMPTS || (state !== '40P01' && state !== '40001')) throw error;
    }
  }
}

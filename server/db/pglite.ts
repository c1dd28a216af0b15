import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite, types } from '@electric-sql/pglite';
import { type Db, enterScope, MIGRATE_LOCK, type Param, type Tx } from './db.ts';
import { takePidLock } from './pid_lock.ts';

/** As `pg` gives them: numbers that a double cannot hold stay text. */
export const PARSERS = { [types.INT8]: (text: string) => text, [types.NUMERIC]: (text: string) => text };

/**
 * The embedded Postgres. It has one connection, so transactions queue. Throws `UsageError` where another process has the
 * folder open, since two would corrupt it.
 */
export async function openPglite(dataDir: string): Promise<Db> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  // Beside the database's own folder: Postgres refuses to create a cluster in a folder that holds anything.
  const release = await takePidLock(join(dataDir, 'server.lock'));
  try {
    return pgliteDb(await PGlite.create(join(dataDir, 'pglite'), { parsers: PARSERS }), release);
  } catch (error) {
    await release();
    throw error;
  }
}

/** It works on this thread and answers in microtasks: whoever asks again and again would let no timer and no request have its turn. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A database over a PGlite that is open; `release` runs when it was closed. */
export function pgliteDb(pglite: PGlite, release: () => Promise<void>): Db {
  return {
    async tx(scope, fn) {
      await turn();
      return pglite.transaction(async (transaction) => {
        await transaction.exec(enterScope(scope));
        return fn(txOf(transaction));
      });
    },
    async call(sql, params) {
      await turn();
      return txOf(pglite).query(sql, params);
    },
    migrate: (fn) =>
      pglite.transaction(async (transaction) => {
        await transaction.exec(MIGRATE_LOCK);
        await fn(txOf(transaction), async (sql) => {
          await transaction.exec(sql);
        });
      }),
    async close() {
      await pglite.close();
      await release();
    },
  };
}

function txOf(transaction: Pick<PGlite, 'query'>): Tx {
  return {
    query: async <Row extends object>(sql: string, params: readonly Param[] = []) =>
      (await transaction.query<Row>(sql, [...params])).rows,
  };
}

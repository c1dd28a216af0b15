import pg from 'pg';
import type { Log } from '../log.ts';
import { type Db, enterScope, MIGRATE_LOCK, sqlState, type Tx } from './db.ts';
import { statement, throwUnavailable, transaction } from './transaction.ts';

export interface PostgresOptions {
  readonly url: string;
  readonly poolSize: number;
  readonly log: Log;
}

const CONNECT_TIMEOUT_MS = 5_000;
const IDLE_TIMEOUT_MS = 30_000;

/**
 * A pool of connections, direct or through a transaction-mode pooler: no named statements, nothing that outlives a
 * transaction. A connection that broke is dropped, the next transaction opens another.
 */
export function openPostgres({ url, poolSize, log }: PostgresOptions): Db {
  const pool = new pg.Pool({
    connectionString: url,
    max: poolSize,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: IDLE_TIMEOUT_MS,
    application_name: 'laskobot-runs',
    // Each round trip that is saved is one turn of a busy event loop that Postgres need not wait for.
    pipeline: true,
  });
  // Without a listener an idle connection that breaks ends the process.
  pool.on('error', (error) => log.warn('db.connection_lost', { reason: sqlState(error) ?? error.name }));

  async function pooled<T>(begin: string, fn: (tx: Tx, client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await pool.connect().catch(throwUnavailable);
    return transaction(
      client,
      begin,
      (tx) => fn(tx, client),
      (broken) => client.release(broken),
    );
  }

  return {
    tx: (scope, fn) => pooled(`begin; ${enterScope(scope)}`, fn),
    async call(sql, params) {
      const client = await pool.connect().catch(throwUnavailable);
      return statement(client, sql, params, (broken) => client.release(broken));
    },
    migrate: (fn) =>
      pooled(`begin; ${MIGRATE_LOCK}`, (tx, client) =>
        fn(tx, async (sql) => {
          await client.query(sql);
        }),
      ),
    connections: () => ({ total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }),
    poolSize,
    close: () => pool.end(),
  };
}

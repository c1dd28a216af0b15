import pg from 'pg';
import type { Log } from '../log.ts';
import { type Db, DbUnavailable, enterScope, MIGRATE_LOCK, type Param, sqlState, type Tx } from './db.ts';

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
  });
  // Without a listener an idle connection that breaks ends the process.
  pool.on('error', (error) => log.warn('db.connection_lost', { reason: sqlState(error) ?? error.name }));

  /** A connection for `fn`; after a failure `undo` leaves it as it was, and one that broke is dropped. */
  async function connected<T>(
    fn: (client: pg.PoolClient) => Promise<T>,
    undo: (client: pg.PoolClient) => Promise<unknown>,
  ): Promise<T> {
    const client = await pool.connect().catch(throwUnavailable);
    let broken = false;
    const onError = () => {
      broken = true;
    };
    client.on('error', onError);
    try {
      return await fn(client);
    } catch (error) {
      broken ||= isConnectionFailure(error);
      if (!broken) await undo(client).catch(onError);
      return rethrow(error);
    } finally {
      client.off('error', onError);
      client.release(broken);
    }
  }

  const transaction = <T>(begin: string, fn: (client: pg.PoolClient) => Promise<T>): Promise<T> =>
    connected(
      async (client) => {
        await client.query(begin);
        const result = await fn(client);
        await client.query('commit');
        return result;
      },
      (client) => client.query('rollback'),
    );

  return {
    tx: (scope, fn) => transaction(`begin; ${enterScope(scope)}`, (client) => fn(txOf(client))),
    call: (sql, params) =>
      connected(
        (client) => txOf(client).query(sql, params),
        async () => {},
      ),
    migrate: (fn) =>
      transaction(`begin; ${MIGRATE_LOCK}`, (client) =>
        fn(txOf(client), async (sql) => {
          await client.query(sql);
        }),
      ),
    close: () => pool.end(),
  };
}

function txOf(client: pg.PoolClient): Tx {
  return {
    query: async <Row extends object>(sql: string, params: readonly Param[] = []) =>
      (await client.query<Row>(sql, [...params])).rows,
  };
}

function throwUnavailable(error: unknown): never {
  const code = error instanceof Error && 'code' in error ? ` (${error.code})` : '';
  throw new DbUnavailable(`the database cannot be reached${code}`, { cause: error });
}

function rethrow(error: unknown): never {
  if (isConnectionFailure(error)) throwUnavailable(error);
  throw error;
}

/** Node's network errors, pg's own errors (which have no code), and what Postgres and poolers say when they are going. */
function isConnectionFailure(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const state = sqlState(error);
  // 08 connection, 53 out of resources, 57014 statement timeout, 57P01-05 shutting down or starting.
  if (state && (/^(08|53|57P0)/.test(state) || state === '57014')) return true;
  if ('code' in error && typeof error.code === 'string' && /^(E[A-Z]{4,}|ERR_SOCKET)/.test(error.code)) return true;
  return /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/.test(
    error.message,
  );
}

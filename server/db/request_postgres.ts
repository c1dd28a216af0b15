import { AsyncLocalStorage } from 'node:async_hooks';
import pg from 'pg';
import { type Db, enterScope } from './db.ts';
import { statement, throwUnavailable, transaction } from './transaction.ts';

export interface RequestDb extends Db {
  /**
   * Runs `work` for one request: its transactions share one connection, one after another, which `waitUntil` sees closed
   * when the work is done, with the transactions that it did not wait for.
   */
  during<T>(waitUntil: (promise: Promise<unknown>) => void, work: () => Promise<T>): Promise<T>;
}

interface Session {
  client: Promise<pg.Client> | undefined;
  /** When the transaction before has ended. */
  last: Promise<unknown>;
}

const CONNECT_TIMEOUT_MS = 5_000;

/** For Workers, where a connection must not outlive the request that opened it; Hyperdrive pools behind it. */
export function openRequestPostgres(url: string): RequestDb {
  const sessions = new AsyncLocalStorage<Session>();

  async function connect(): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
    await client.connect();
    return client;
  }

  /** Runs `work` on the request's connection, after what is under way on it. */
  function next<T>(work: (client: pg.Client, done: (broken: boolean) => void) => Promise<T>): Promise<T> {
    const session = sessions.getStore();
    if (!session) throw new TypeError('a transaction outside of a request');
    const result = session.last.then(async () => {
      session.client ??= connect();
      const client = await session.client.catch((error) => {
        session.client = undefined;
        return throwUnavailable(error);
      });
      return work(client, (broken) => {
        if (broken) session.client = undefined;
      });
    });
    session.last = result.catch(() => {});
    return result;
  }

  /** Closes the connection when nothing is under way on it any more, which nobody may have waited for. */
  async function end(session: Session): Promise<void> {
    for (let last: unknown; last !== session.last; ) {
      last = session.last;
      await last;
    }
    await session.client?.then((open) => open.end()).catch(() => {});
  }

  return {
    async during(waitUntil, work) {
      const session: Session = { client: undefined, last: Promise.resolve() };
      try {
        return await sessions.run(session, work);
      } finally {
        waitUntil(end(session));
      }
    },
    tx: (scope, fn) => next((client, done) => transaction(client, `begin; ${enterScope(scope)}`, fn, done)),
    call: (sql, params) => next((client, done) => statement(client, sql, params, done)),
    migrate: () => Promise.reject(new TypeError('the schema is applied from elsewhere')),
    close: async () => {},
  };
}

import { AsyncLocalStorage } from 'node:async_hooks';
import pg from 'pg';
import { type Db, enterScope } from './db.ts';
import { throwUnavailable, transaction, txOf } from './transaction.ts';

export interface RequestDb extends Db {
  /**
   * Runs `work` for one request: its transactions share one connection, one after another, which `waitUntil` sees closed
   * when the work is done.
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

  return {
    async during(waitUntil, work) {
      const session: Session = { client: undefined, last: Promise.resolve() };
      try {
        return await sessions.run(session, work);
      } finally {
        const { client } = session;
        if (client) waitUntil(client.then((open) => open.end()).catch(() => {}));
      }
    },
    tx(scope, fn) {
      const session = sessions.getStore();
      if (!session) throw new TypeError('a transaction outside of a request');
      const run = async () => {
        session.client ??= connect();
        const client = await session.client.catch((error) => {
          session.client = undefined;
          return throwUnavailable(error);
        });
        return transaction(
          client,
          `begin; ${enterScope(scope)}`,
          () => fn(txOf(client)),
          (broken) => {
            if (broken) session.client = undefined;
          },
        );
      };
      const result = session.last.then(run);
      session.last = result.catch(() => {});
      return result;
    },
    migrate: () => Promise.reject(new TypeError('the schema is applied from elsewhere')),
    close: async () => {},
  };
}

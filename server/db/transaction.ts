import type { ClientBase } from 'pg';
import { DbUnavailable, type Param, sqlState, type Tx } from './db.ts';

/**
 * Runs `fn` on a connection; after a failure `undo` leaves it as it was. `done` gets the client back, with whether it is broken:
 * then it must not be used again. Throws `DbUnavailable` where the connection failed.
 */
async function guarded<Client extends ClientBase, T>(
  client: Client,
  fn: () => Promise<T>,
  undo: () => Promise<unknown>,
  done: (broken: boolean) => void,
): Promise<T> {
  let broken = false;
  const onError = () => {
    broken = true;
  };
  client.on('error', onError);
  try {
    return await fn();
  } catch (error) {
    broken ||= isConnectionFailure(error);
    if (!broken) await undo().catch(onError);
    if (isConnectionFailure(error)) throwUnavailable(error);
    throw error;
  } finally {
    client.off('error', onError);
    done(broken);
  }
}

/**
 * Runs `fn` between `begin` and a commit; for `done` and errors see `guarded`. On a client that pipelines, the first statement
 * of `fn` rides with `begin`: should that fail, the statement finds itself in no scope, where nothing can be seen or written.
 */
export function transaction<T>(
  client: ClientBase,
  begin: string,
  fn: (tx: Tx) => Promise<T>,
  done: (broken: boolean) => void,
): Promise<T> {
  const pipelines = 'pipeline' in client && client.pipeline === true;
  let committed: Promise<unknown> | undefined;
  const commit = () => {
    committed ??= client.query('commit');
    return committed;
  };
  return guarded(
    client,
    async () => {
      const began = client.query(begin);
      began.catch(() => {});
      if (!pipelines) await began;
      const result = await fn({ ...txOf(client), ...(pipelines && { commit }) }).catch(async (error) => {
        await began;
        throw error;
      });
      await began;
      await commit();
      return result;
    },
    async () => committed ?? client.query('rollback'),
    done,
  );
}

/** One statement by itself; for `done` and errors see `guarded`. */
export const statement = <Row extends object>(
  client: ClientBase,
  sql: string,
  params: readonly Param[],
  done: (broken: boolean) => void,
): Promise<Row[]> =>
  guarded(
    client,
    () => txOf(client).query<Row>(sql, params),
    () => Promise.resolve(),
    done,
  );

export function txOf(client: ClientBase): Tx {
  return {
    query: async <Row extends object>(sql: string, params: readonly Param[] = []) =>
      (await client.query<Row>(sql, [...params])).rows,
  };
}

export function throwUnavailable(error: unknown): never {
  const code = error instanceof Error && 'code' in error ? ` (${error.code})` : '';
  throw new DbUnavailable(`the database cannot be reached${code}`, { cause: error });
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

/** What a transaction may see: one project, or everything (`admin`: authentication, jobs and the command line). */
export type Scope = { readonly projectId: string } | 'admin';

export type Param = string | number | boolean | Date | null | readonly string[];

export interface Tx {
  /** One statement. bigint and numeric come back as strings, timestamptz as Date, json parsed. */
  query<Row extends object>(sql: string, params?: readonly Param[]): Promise<Row[]>;
  /**
   * Sends the commit right behind the statements that are under way, of which none may then follow; should one of them fail,
   * nothing is committed. Absent where statements cannot be under way together: await each there.
   */
  commit?(): Promise<unknown>;
}

export interface Connections {
  readonly total: number;
  readonly idle: number;
  /** Transactions that wait for one. */
  readonly waiting: number;
}

export interface Db {
  /** Runs `fn` in one transaction; a throw rolls it back. Throws `DbUnavailable` where the database cannot be reached. */
  tx<T>(scope: Scope, fn: (tx: Tx) => Promise<T>): Promise<T>;
  /**
   * One statement, which is a transaction of its own, in one round trip: of a function that itself enters its scope.
   * Throws as `tx` does.
   */
  call<Row extends object>(sql: string, params: readonly Param[]): Promise<Row[]>;
  /** As `tx`, as whoever logged in, under the lock that all who change the schema take; `script` runs many statements. */
  migrate(fn: (tx: Tx, script: (sql: string) => Promise<void>) => Promise<void>): Promise<void>;
  /** Absent where there is no pool. */
  connections?(): Connections;
  /** Connections at most; absent where there is no pool. */
  readonly poolSize?: number;
  close(): Promise<void>;
}

/** The database does not answer; a later try may succeed. */
export class DbUnavailable extends Error {
  override readonly name = 'DbUnavailable';
}

/** SQLSTATE of a database error, else undefined. */
export function sqlState(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Longest that one statement may take, in milliseconds: a stuck one must not hold a connection. */
const STATEMENT_TIMEOUT_MS = 60_000;

/**
 * The statement that enters a scope. Everything is local to the transaction, because behind a transaction-mode pooler the
 * next transaction of the same session belongs to somebody else. Without parameters, so that it can ride with `begin`.
 */
export function enterScope(scope: Scope): string {
  const role = scope === 'admin' ? 'laskobot_admin' : 'laskobot_app';
  const projectId = scope === 'admin' ? '' : scope.projectId;
  if (projectId !== '' && !UUID.test(projectId)) throw new TypeError('a project id must be a UUID');
  return (
    `select set_config('app.project_id', '${projectId}', true), ` +
    `set_config('statement_timeout', '${STATEMENT_TIMEOUT_MS}', true), set_config('role', '${role}', true)`
  );
}

/** Taken by everyone who changes the schema; apply_schema.sh takes the same. */
export const MIGRATE_LOCK = `select pg_advisory_xact_lock(hashtext('laskobot_migrate'))`;

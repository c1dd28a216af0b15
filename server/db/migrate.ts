import { UsageError } from '../errors.ts';
import { sha256Hex } from '../sha256.ts';
import { type Db, sqlState } from './db.ts';

/** Text of the files of sql/ by path, in the order of their names. */
const FILES = Object.entries(
  import.meta.glob<string>('../../sql/*.sql', { query: '?raw', import: 'default', eager: true }),
).sort(([a], [b]) => (a < b ? -1 : 1));

/** Oldest Postgres that has `unique nulls not distinct`. */
const MIN_SERVER_VERSION = 150_000;

/**
 * Applies the files that this database has not, all or none; answers their names. Any number of servers may call it at
 * once. Throws `UsageError` on a Postgres that is too old.
 */
export async function migrate(db: Db): Promise<string[]> {
  const applied: string[] = [];
  await db.migrate(async (tx, script) => {
    const [server] = await tx.query<{ num: number; version: string; known: boolean }>(
      `select current_setting('server_version_num')::int as num, current_setting('server_version') as version,
              to_regclass('laskobot_migrations') is not null as known`,
    );
    if (!server || server.num < MIN_SERVER_VERSION) {
      throw new UsageError(`the database is Postgres ${server?.version}, LaskoBOT Runs needs 15 or later`);
    }
    const rows = server.known
      ? await tx.query<{ name: string; checksum: string | null }>('select name, checksum from laskobot_migrations')
      : [];
    const checksums = new Map(rows.map((row) => [row.name, row.checksum]));
    for (const [path, sql] of FILES) {
      const name = migrationName(path);
      const checksum = sha256Hex(sql);
      if (checksums.get(name) === checksum) continue;
      await script(sql);
      await tx.query('update laskobot_migrations set checksum = $2, applied_at = now() where name = $1', [
        name,
        checksum,
      ]);
      applied.push(name);
    }
  });
  return applied;
}

/** Whether every file was applied to this database. Throws `DbUnavailable` where it does not answer. */
export async function isMigrated(db: Db): Promise<boolean> {
  try {
    const rows = await db.tx('admin', (tx) => tx.query<{ name: string }>('select name from laskobot_migrations'));
    const names = new Set(rows.map((row) => row.name));
    return FILES.every(([path]) => names.has(migrationName(path)));
  } catch (error) {
    // 22023 the role is missing, 42P01 the table, 42501 the right to either.
    if (['22023', '42P01', '42501'].includes(sqlState(error) ?? '')) return false;
    throw error;
  }
}

const migrationName = (path: string): string => path.slice(path.lastIndexOf('/') + 1, -'.sql'.length);

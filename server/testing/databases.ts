import { afterAll, beforeAll, describe } from 'vitest';
import type { Db } from '../db/db.ts';
import { migrate } from '../db/migrate.ts';
import { openPostgres } from '../db/postgres.ts';
import { createLog } from '../log.ts';
import { describeWith } from './needs.ts';
import { openTestPglite } from './pglite.ts';
import { type Cluster, execute, findPostgres, postgresCluster } from './postgres_cluster.ts';

export const SILENT = createLog('silent', () => {});

export const describePostgres = (name: string, suite: (bin: string) => void): void =>
  describeWith(findPostgres(), 'Postgres (set PG_BIN)', name, suite);

/** Runs a suite on PGlite and on a real Postgres, each with a fresh database that has the schema. */
export function describeDatabases(name: string, suite: (db: () => Db) => void): void {
  const onDb = (open: () => Promise<Db>) => {
    let db: Db | undefined;
    beforeAll(async () => {
      db = await open();
      await migrate(db);
    });
    afterAll(() => db?.close());
    suite(() => {
      if (!db) throw new Error('the database is not open yet');
      return db;
    });
  };
  describe(`${name} on PGlite`, () => onDb(openTestPglite));
  describePostgres(`${name} on Postgres`, (bin) => onDb(async () => openTestPostgres((await createDatabase(bin)).url)));
}

export const openTestPostgres = (url: string): Db => openPostgres({ url, poolSize: 4, log: SILENT });

/** A new empty database whose owner is the cluster's login. */
export async function createDatabase(bin: string): Promise<{ name: string; url: string; cluster: Cluster }> {
  const cluster = await postgresCluster(bin);
  const name = `test_${crypto.randomUUID().replaceAll('-', '')}`;
  await execute(cluster.superuserUrl('postgres'), `create database ${name} owner laskobot_login`);
  return { name, url: cluster.loginUrl(name), cluster };
}

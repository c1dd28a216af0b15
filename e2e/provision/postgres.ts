import { findPostgres } from '../../server/testing/postgres_cluster.ts';
import { aptInstall } from './run.ts';

/** Folder of a Postgres' programs, installed with the package manager where there is none. */
export async function providePostgres(): Promise<string | undefined> {
  if (!findPostgres()) await aptInstall('postgresql');
  return findPostgres();
}

import { debianVersion, hasPgtap } from '../../server/testing/find_pgtap.ts';
import { findPostgres } from '../../server/testing/postgres_cluster.ts';
import { aptInstall } from './run.ts';

/** Folder of a Postgres' programs, installed with the package manager where there is none; with pgTAP where it can be had. */
export async function providePostgres(): Promise<string | undefined> {
  if (!findPostgres()) await aptInstall('postgresql');
  const bin = findPostgres();
  const version = bin && debianVersion(bin);
  if (version && !hasPgtap(bin)) await aptInstall(`postgresql-${version}-pgtap`);
  return bin;
}

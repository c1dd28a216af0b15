import { findFaketime } from '../../server/testing/find_faketime.ts';
import { findProgram } from '../../server/testing/find_program.ts';
import { aptInstall } from './run.ts';

/** Path of a Redis or Valkey, installed with the package manager where there is none. */
export async function provideRedis(): Promise<string | undefined> {
  const find = () => findProgram('REDIS_SERVER', 'redis-server', 'valkey-server');
  if (!find()) await aptInstall('redis-server');
  return find();
}

/** Path of a PgBouncer, likewise. */
export async function providePgBouncer(): Promise<string | undefined> {
  const find = () => findProgram('PGBOUNCER', 'pgbouncer');
  if (!find()) await aptInstall('pgbouncer');
  return find();
}

/** Path of the library that shifts the clock of a process, likewise. */
export async function provideFaketime(): Promise<string | undefined> {
  if (!findFaketime()) await aptInstall('libfaketime');
  return findFaketime();
}

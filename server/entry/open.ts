import { join } from 'node:path';
import type { Hono } from 'hono';
import { createApp } from '../app.ts';
import { openRedis, type RedisLink } from '../cache/redis_link.ts';
import type { Config } from '../config.ts';
import type { Db } from '../db/db.ts';
import { migrate } from '../db/migrate.ts';
import { openPglite } from '../db/pglite.ts';
import { openPostgres } from '../db/postgres.ts';
import type { AppEnv } from '../http/env.ts';
import type { Log } from '../log.ts';
import { openFileBlobs } from '../storage/file_blobs.ts';
import { createFolderStorage } from '../storage/folder.ts';
import { readStorageSecret } from '../storage/secret.ts';
import { openSupabaseStorage } from '../storage/supabase.ts';
import { createTokens } from '../storage/token.ts';
import type { Services } from './services.ts';

/** The database that the configuration names, with its schema. */
export async function openDb(config: Config, log: Log): Promise<Db> {
  const { databaseUrl, poolSize, dataDir } = config;
  const db = databaseUrl ? openPostgres({ url: databaseUrl, poolSize, log }) : await openPglite(dataDir);
  try {
    for (const name of await migrate(db)) log.info('migration.applied', { name });
    return db;
  } catch (error) {
    await db.close();
    throw error;
  }
}

/** The Redis that the configuration names. */
export const openSharedCache = ({ redisUrl }: Config, log: Log): RedisLink | undefined =>
  redisUrl === undefined ? undefined : openRedis(redisUrl, log, () => performance.now());

/** The app with the storage that the configuration names. */
export async function openApp({ supabase, dataDir }: Config, services: Services): Promise<Hono<AppEnv>> {
  if (supabase) {
    const storage = openSupabaseStorage(supabase);
    // Not fatal: events can be stored while Storage is away, and signing answers 503 until it is back.
    await storage.prepare().catch((error: Error) => services.log.error('storage.not_prepared', { error: error.name }));
    return createApp({ ...services, storage });
  }
  const blobs = openFileBlobs(join(dataDir, 'storage'));
  const tokens = await createTokens(await readStorageSecret(dataDir));
  return createApp({ ...services, storage: createFolderStorage(blobs, tokens, Date.now), folder: { blobs, tokens } });
}

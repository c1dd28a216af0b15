import { join } from 'node:path';
import type { Hono } from 'hono';
import pkg from '../../package.json' with { type: 'json' };
import { type AppDeps, createApp } from '../app.ts';
import { createRedisCache } from '../cache/redis.ts';
import { openRedis, type RedisLink } from '../cache/redis_link.ts';
import type { Config } from '../config.ts';
import type { Db } from '../db/db.ts';
import { migrate } from '../db/migrate.ts';
import { openPglite } from '../db/pglite.ts';
import { openPostgres } from '../db/postgres.ts';
import type { AppEnv } from '../http/env.ts';
import type { Log } from '../log.ts';
import { createMetrics } from '../monitoring/metrics.ts';
import { openFileBlobs } from '../storage/file_blobs.ts';
import { createFolderStorage } from '../storage/folder.ts';
import { readStorageSecret } from '../storage/secret.ts';
import { openSupabaseStorage } from '../storage/supabase.ts';
import { createTokens } from '../storage/token.ts';
import { openHintCache } from './open_hint_cache.ts';
import { openJobs } from './open_jobs.ts';
import { openRateLimiter } from './open_rate_limiter.ts';

export type Services = Pick<AppDeps, 'db' | 'log' | 'cache' | 'limiter' | 'metrics' | 'jobs'>;

const clock = () => performance.now();

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
  redisUrl === undefined ? undefined : openRedis(redisUrl, log, clock);

/** What works on the database beside the routes. */
export function openServices(config: Config, db: Db, log: Log, redis: RedisLink | undefined): Services {
  const cache = openHintCache(config, redis && createRedisCache(redis), clock);
  const limiter = openRateLimiter(config, redis, clock);
  const metrics = createMetrics({
    version: pkg.version,
    connections: () => db.connections?.(),
    cache: () => cache?.state() ?? [],
  });
  const jobs = openJobs(config, { db, log, cache, metrics, clock });
  return { db, log, cache, limiter, metrics, jobs };
}

/** The app with the storage that the configuration names. */
export async function openApp(config: Config, services: Services): Promise<Hono<AppEnv>> {
  const { log } = services;
  const shared = {
    ...services,
    now: Date.now,
    clock,
    publicUrl: config.publicUrl,
    metricsToken: config.metricsToken,
    allowedOrigins: config.allowedOrigins,
  };
  if (config.supabase) {
    const storage = openSupabaseStorage(config.supabase);
    // Not fatal: events can be stored while Storage is away, and signing answers 503 until it is back.
    await storage.prepare().catch((error: Error) => log.error('storage.not_prepared', { error: error.name }));
    return createApp({ ...shared, storage });
  }
  const blobs = openFileBlobs(join(config.dataDir, 'storage'));
  const tokens = await createTokens(await readStorageSecret(config.dataDir));
  return createApp({ ...shared, storage: createFolderStorage(blobs, tokens, Date.now), folder: { blobs, tokens } });
}

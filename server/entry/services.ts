import pkg from '../../package.json' with { type: 'json' };
import type { AppDeps } from '../app.ts';
import { createRedisCache } from '../cache/redis.ts';
import type { RedisLink } from '../cache/redis_link.ts';
import type { Config } from '../config.ts';
import type { Db } from '../db/db.ts';
import { createExposureBuffer } from '../hints/exposure_buffer.ts';
import { writeExposures } from '../hints/write_exposures.ts';
import type { Log } from '../log.ts';
import { createMetrics } from '../monitoring/metrics.ts';
import type { StoredBlobs } from '../storage/stored_blobs.ts';
import { openHintCache } from './open_hint_cache.ts';
import { openJobs } from './open_jobs.ts';
import { openRateLimiter } from './open_rate_limiter.ts';

/** All that the app needs but a storage. */
export type Services = Omit<AppDeps, 'storage' | 'folder'>;

/** How long what lookups told and withheld waits to be written together. A kill loses no more than that. */
const EXPOSURE_DELAY_MS = 1_000;

/** What works on a database, on any runtime; for `exposureDelayMs` see `ExposureBufferOptions`. */
export function openServices(
  config: Config,
  db: Db,
  log: Log,
  redis: RedisLink | undefined,
  storage: StoredBlobs | undefined,
  exposureDelayMs = EXPOSURE_DELAY_MS,
): Services {
  const clock = () => performance.now();
  const cache = openHintCache(config, redis && createRedisCache(redis), clock);
  const metrics = createMetrics({
    version: pkg.version,
    connections: () => db.connections?.(),
    cache: () => cache?.state() ?? [],
  });
  const exposures = createExposureBuffer({
    write: (projectId, rows) => writeExposures(db, projectId, rows),
    count: metrics.exposed,
    log,
    delayMs: exposureDelayMs,
  });
  const { publicUrl, allowedOrigins, metricsToken, canaryPercent, holdoutPercent } = config;
  return {
    db,
    log,
    cache,
    metrics,
    clock,
    publicUrl,
    allowedOrigins,
    metricsToken,
    canaryPercent,
    holdoutPercent,
    exposures,
    releasing: () => ({ policy: config.release, now: new Date() }),
    limiter: openRateLimiter(config, redis, clock),
    jobs: openJobs(config, { db, log, cache, metrics, clock, now: Date.now }, storage),
    now: Date.now,
  };
}

import type { RedisLink } from '../cache/redis_link.ts';
import type { Config } from '../config.ts';
import { createMemoryRateLimiter } from '../rate/memory.ts';
import type { RateLimiter } from '../rate/rate_limiter.ts';
import { createRedisRateLimiter } from '../rate/redis.ts';

/** Undefined where RATE_LIMIT is 0. */
export function openRateLimiter(
  { rateLimit }: Pick<Config, 'rateLimit'>,
  redis: RedisLink | undefined,
  clock: () => number,
): RateLimiter | undefined {
  if (rateLimit === 0) return undefined;
  const memory = createMemoryRateLimiter(rateLimit, clock);
  return redis ? createRedisRateLimiter(rateLimit, redis, memory) : memory;
}

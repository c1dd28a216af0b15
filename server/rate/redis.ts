import type { RedisLink } from '../cache/redis_link.ts';
import type { RateLimiter } from './rate_limiter.ts';

/** The bucket of memory.ts, by the clock of Redis. Lua cuts numbers that it returns, so it returns text. */
const TAKE = `
  local per_minute = tonumber(ARGV[1])
  local per_ms = per_minute / 60000
  local time = redis.call('TIME')
  local now = time[1] * 1000 + time[2] / 1000
  local bucket = redis.call('HMGET', KEYS[1], 'tokens', 'at')
  local elapsed = math.max(0, now - (tonumber(bucket[2]) or now))
  local tokens = math.min(per_minute, (tonumber(bucket[1]) or per_minute) + elapsed * per_ms)
  local wait = 0
  if tokens >= 1 then tokens = tokens - 1 else wait = (1 - tokens) / per_ms end
  redis.call('HSET', KEYS[1], 'tokens', tostring(tokens), 'at', string.format('%.3f', now))
  redis.call('PEXPIRE', KEYS[1], 60000)
  return tostring(wait)
`;

/** Shared by all instances; while Redis is away, `alone` counts in each. */
export function createRedisRateLimiter(perMinute: number, redis: RedisLink, alone: RateLimiter): RateLimiter {
  return {
    async take(keyId) {
      const wait = await redis.ask((client) =>
        client.eval(TAKE, { keys: [`rate:${keyId}`], arguments: [String(perMinute)] }),
      );
      return typeof wait === 'string' ? Number(wait) : alone.take(keyId);
    },
  };
}

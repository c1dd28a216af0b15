import type { RateLimiter } from './rate_limiter.ts';

/** Most keys counted, so that no number of them fills the memory. */
const MAX_KEYS = 10_000;

/**
 * A token bucket a key, in this process: `perMinute` at once, then evenly as many a minute. `clock` in ms, of any origin.
 */
export function createMemoryRateLimiter(perMinute: number, clock: () => number): RateLimiter {
  const perMs = perMinute / 60_000;
  const buckets = new Map<string, { tokens: number; at: number }>();
  return {
    async take(keyId) {
      const now = clock();
      const bucket = buckets.get(keyId) ?? { tokens: perMinute, at: now };
      const tokens = Math.min(perMinute, bucket.tokens + Math.max(0, now - bucket.at) * perMs);
      // The key used longest ago stands first, and its bucket is the fullest.
      buckets.delete(keyId);
      for (const oldest of buckets.keys()) {
        if (buckets.size < MAX_KEYS) break;
        buckets.delete(oldest);
      }
      buckets.set(keyId, { tokens: tokens >= 1 ? tokens - 1 : tokens, at: now });
      return tokens >= 1 ? 0 : (1 - tokens) / perMs;
    },
  };
}

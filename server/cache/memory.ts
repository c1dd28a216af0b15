import type { FoundHints, HintCache } from './hint_cache.ts';

export interface MemoryCacheOptions {
  readonly ttlMs: number;
  readonly maxEntries: number;
  /** ms, of any origin */
  readonly clock: () => number;
}

/** In this process. What another instance publishes is seen after `ttlMs` at the latest. */
export function createMemoryCache({ ttlMs, maxEntries, clock }: MemoryCacheOptions): HintCache {
  const entries = new Map<string, { readonly found: FoundHints; readonly until: number }>();
  let published = 0;
  // All entries: it happens rarely, and what is here lives seconds.
  const forget = async () => {
    published++;
    entries.clear();
    return true;
  };
  return {
    async get({ key }) {
      const entry = entries.get(key);
      if (entry && entry.until > clock()) return { layer: 'memory', found: entry.found };
      const before = published;
      return {
        layer: undefined,
        async keep(found) {
          if (published !== before) return;
          entries.delete(key);
          for (const oldest of entries.keys()) {
            if (entries.size < maxEntries) break;
            entries.delete(oldest);
          }
          entries.set(key, { found, until: clock() + ttlMs });
        },
      };
    },
    invalidate: forget,
    forgetProject: forget,
    state: () => [{ layer: 'memory', up: true, entries: entries.size }],
  };
}

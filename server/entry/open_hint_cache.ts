import type { HintCache } from '../cache/hint_cache.ts';
import { layers } from '../cache/layers.ts';
import { createMemoryCache } from '../cache/memory.ts';
import type { Config } from '../config.ts';

/** Answers held in the process: at 10 to 20 KB each about 10 MB. */
const MAX_ENTRIES = 500;

/** What remembers answers to lookups: this process for seconds, and what instances share for longer where there is one. */
export function openHintCache(
  { hintCacheMs }: Pick<Config, 'hintCacheMs'>,
  shared: HintCache | undefined,
  clock: () => number,
): HintCache | undefined {
  if (hintCacheMs === 0) return shared;
  const memory = createMemoryCache({ ttlMs: hintCacheMs, maxEntries: MAX_ENTRIES, clock });
  return shared ? layers(memory, shared) : memory;
}

import { expect, test } from 'vitest';
import type { FoundHints } from './hint_cache.ts';
import { hintKey } from './hint_key.ts';
import { createMemoryCache } from './memory.ts';

const found = (page_match: FoundHints['page_match']): FoundHints => ({
  page_match,
  page_similarity: null,
  bundle_version: null,
  hints: [],
});
const keyOf = (url_norm: string) => hintKey({ projectId: 'p', url_norm, title_hash: undefined });

test('keys follow the form, and differ where the answer may differ', async () => {
  const question = { projectId: 'p', url_norm: 'https://x.example/', title_hash: undefined };
  const { key } = hintKey(question);
  expect(key).toMatch(/^hint:p:[0-9a-f]{32}:all$/);
  for (const change of [
    { projectId: 'q' },
    { url_norm: 'https://y.example/' },
    { title_hash: 'a' },
    { dom_simhash: 'a' },
  ])
    expect(hintKey({ ...question, ...change }).key).not.toBe(key);
  for (const candidates of [[], [{ role: 'link' }]])
    expect(hintKey({ ...question, candidate_elements: candidates }).key).not.toBe(key);
});

test('holds answers for its time, and no more of them than it may', async () => {
  let now = 0;
  const cache = createMemoryCache({ ttlMs: 10, maxEntries: 2, clock: () => now });
  const keys = await Promise.all(['a', 'b', 'c'].map(keyOf));
  for (const key of keys) {
    const missed = await cache.get(key);
    if (!missed.layer) await missed.keep(found('exact'));
  }
  const layersOf = () => Promise.all(keys.map(async (key) => (await cache.get(key)).layer));
  expect(await layersOf()).toEqual([undefined, 'memory', 'memory']);
  expect(cache.state()).toEqual([{ layer: 'memory', up: true, entries: 2 }]);
  now = 10;
  expect(await layersOf()).toEqual([undefined, undefined, undefined]);
});

test('keeps nothing that was read before something was published', async () => {
  const cache = createMemoryCache({ ttlMs: 10, maxEntries: 2, clock: () => 0 });
  const key = await keyOf('a');
  const missed = await cache.get(key);
  await cache.invalidate([key]);
  if (!missed.layer) await missed.keep(found('url'));
  expect((await cache.get(key)).layer).toBeUndefined();
});

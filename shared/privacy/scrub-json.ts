import type { Scrub } from './scrub.ts';

/** Numbers of more digits are no times in ms: they may be those of cards and accounts. */
const MAX_PLAIN_NUMBER = 1e14;

/** A JSON value with all texts in it scrubbed, keys too. Throws what `scrub` throws. */
export function scrubJson(value: unknown, scrub: Scrub): unknown {
  if (typeof value === 'string') return scrub(value);
  if (typeof value === 'number') {
    const text = String(value);
    const clean = text.length >= 4 ? scrub(text) : text;
    return clean === text || (Math.abs(value) < MAX_PLAIN_NUMBER && !clean.startsWith('[typed')) ? value : clean;
  }
  if (Array.isArray(value)) return value.map((entry) => scrubJson(entry, scrub));
  if (typeof value !== 'object' || value === null) return value;
  // By entries, so that a key such as __proto__ stays a key.
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [scrub(key), scrubJson(entry, scrub)]));
}

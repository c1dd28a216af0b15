import { MAX_WORDS } from '../protocol/limits.ts';
import { siphash24 } from './siphash24.ts';

/** 128-bit key of a project as four words, from `text_key` (32 hex digits). */
export type HashKey = Uint32Array;

export function parseHashKey(textKey: string): HashKey {
  if (!/^[0-9a-f]{32}$/.test(textKey)) throw new TypeError('text_key must be 32 lower-case hex digits');
  return Uint32Array.from([0, 8, 16, 24], (at) => Number.parseInt(textKey.slice(at, at + 8), 16));
}

/** Case, width, accents' encoding and runs of white space do not tell two observations of one text apart. */
export const normaliseText = (text: string): string => text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();

const hex = (word: number): string => (word >>> 0).toString(16).padStart(8, '0');

/** Keyed hash of a text as it is, 16 hex digits. */
export function hashExact(key: HashKey, text: string): string {
  const { h, l } = siphash24(key, text);
  return hex(h) + hex(l);
}

/** Keyed hash of a text after `normaliseText`, 16 hex digits; of titles, names and visible text. */
export const hashText = (key: HashKey, text: string): string => hashExact(key, normaliseText(text));

/**
 * Keyed 32-bit hashes of a text's words in order, 8 hex digits each, each word once, at most `max`.
 * @param hashes those of words that were hashed with this key; to be added to
 */
export function hashWords(key: HashKey, text: string, max = MAX_WORDS, hashes?: Map<string, string>): string[] {
  const words = normaliseText(text).match(/[\p{L}\p{N}]+/gu) ?? [];
  const seen = new Set<string>();
  for (const word of words) {
    if (seen.size >= max) break;
    const hash = hashes?.get(word) ?? hex(siphash24(key, word).l);
    hashes?.set(word, hash);
    seen.add(hash);
  }
  return [...seen];
}

import { type HashKey, hash64 } from './hash.ts';

const SHINGLE = 3;
const BITS = 32;

/** Mixes two 32-bit words into one (the finaliser of MurmurHash3, Appleby 2011). */
function mix(a: number, b: number): number {
  let h = Math.imul(a ^ (b >>> 15) ^ (b << 11), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/**
 * 64-bit SimHash (Charikar 2002) over shingles of three tokens, 16 hex digits: the more shingles two sequences share, the
 * fewer bits differ. Each distinct token is hashed once with the key and shingles are mixed from those, since hashing each
 * shingle would cost more than reading the page.
 */
export function simhash(key: HashKey, tokens: readonly string[]): string {
  const known = new Map<string, { h: number; l: number }>();
  const hashes = tokens.map((token) => {
    const hit = known.get(token) ?? hash64(key, token);
    known.set(token, hit);
    return hit;
  });
  const votes = new Int32Array(2 * BITS);
  for (let at = 0; at < Math.max(1, hashes.length - SHINGLE + 1); at += 1) {
    let h = 0;
    let l = 0;
    for (const hash of hashes.slice(at, at + SHINGLE)) {
      h = mix(h, hash.h);
      l = mix(l, hash.l);
    }
    for (let bit = 0; bit < BITS; bit += 1) {
      votes[bit]! += (h >>> bit) & 1 ? 1 : -1;
      votes[BITS + bit]! += (l >>> bit) & 1 ? 1 : -1;
    }
  }
  const word = (from: number): string => {
    let bits = 0;
    for (let bit = 0; bit < BITS; bit += 1) if (votes[from + bit]! > 0) bits |= 1 << bit;
    return (bits >>> 0).toString(16).padStart(8, '0');
  };
  return word(0) + word(BITS);
}

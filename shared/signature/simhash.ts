import type { HashKey } from './hash.ts';
import { siphash24 } from './siphash24.ts';

const SHINGLE = 3;

/** Mixes two 32-bit words into one (the finaliser of MurmurHash3, Appleby 2011). */
function mix(a: number, b: number): number {
  let h = Math.imul(a ^ (b >>> 15) ^ (b << 11), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** Counts, for each of 32 bits at once, in how many words it is set: plane n holds the counts' binary digit n. */
function counter() {
  const planes: number[] = [];
  return {
    add(word: number): void {
      let carry = word;
      for (let n = 0; carry !== 0; n += 1) {
        const plane = planes[n] ?? 0;
        planes[n] = plane ^ carry;
        carry &= plane;
      }
    },
    /** The bits set in more than half of `total` words, 8 hex digits. */
    majority(total: number): string {
      let bits = 0;
      for (let bit = 0; bit < 32; bit += 1) {
        const count = planes.reduce((sum, plane, n) => sum + (((plane >>> bit) & 1) << n), 0);
        if (2 * count > total) bits |= 1 << bit;
      }
      return (bits >>> 0).toString(16).padStart(8, '0');
    },
  };
}

/**
 * 64-bit SimHash (Charikar 2002) over shingles of three tokens, 16 hex digits: the more shingles two sequences share, the
 * fewer bits differ. Each distinct token is hashed once with the key and shingles are mixed from those, since hashing each
 * shingle would cost more than reading the page.
 */
export function simhash(key: HashKey, tokens: readonly string[]): string {
  const known = new Map<string, { h: number; l: number }>();
  const hashes = tokens.map((token) => {
    const hit = known.get(token) ?? siphash24(key, token);
    known.set(token, hit);
    return hit;
  });
  const high = counter();
  const low = counter();
  const shingles = Math.max(1, hashes.length - SHINGLE + 1);
  for (let at = 0; at < shingles; at += 1) {
    let h = 0;
    let l = 0;
    for (let n = at; n < at + SHINGLE && n < hashes.length; n += 1) {
      h = mix(h, hashes[n]!.h);
      l = mix(l, hashes[n]!.l);
    }
    high.add(h);
    low.add(l);
  }
  return high.majority(shingles) + low.majority(shingles);
}

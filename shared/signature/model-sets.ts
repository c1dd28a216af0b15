import type { Telling } from './model-statistics.ts';

export const all: Telling = () => 1;

/** Sørensen–Dice coefficient, weighted by how telling each word is. */
export function agreement(a: readonly string[], b: readonly string[], telling: Telling): number {
  if (a.length + b.length === 0) return 0;
  const other = new Set(b);
  let common = 0;
  let total = 0;
  for (const word of a) {
    const weight = telling(word);
    total += weight;
    if (other.has(word)) common += 2 * weight;
  }
  for (const word of other) total += telling(word);
  return total === 0 ? 0 : common / total;
}

/** Share of the wanted words that are there, weighted alike. */
export function found(wanted: readonly string[], there: readonly string[], telling: Telling): number {
  if (wanted.length === 0) return 0;
  const other = new Set(there);
  let common = 0;
  let total = 0;
  for (const word of wanted) {
    const weight = telling(word);
    total += weight;
    if (other.has(word)) common += weight;
  }
  return total === 0 ? 0 : common / total;
}

/** Length of the longest common subsequence. */
export function common(a: readonly string[], b: readonly string[]): number {
  let last = new Array<number>(b.length + 1).fill(0);
  for (const one of a) {
    const next = [0];
    for (let at = 0; at < b.length; at += 1)
      next.push(one === b[at] ? last[at]! + 1 : Math.max(last[at + 1]!, next[at]!));
    last = next;
  }
  return last[b.length]!;
}

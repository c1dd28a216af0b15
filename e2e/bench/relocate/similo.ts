import type { PropertyCase } from './property_case.ts';
import type { Properties } from './site.ts';

/** Similarity of two strings by edit distance, 0 to 1. */
function edits(a: string, b: string): number {
  if (a === b) return 1;
  const longer = Math.max(a.length, b.length);
  let last = Uint32Array.from({ length: b.length + 1 }, (_, i) => i);
  let next = new Uint32Array(b.length + 1);
  for (let i = 1; i <= a.length; i += 1) {
    next[0] = i;
    const char = a.charCodeAt(i - 1);
    for (let j = 1; j <= b.length; j += 1) {
      const change = last[j - 1]! + (char === b.charCodeAt(j - 1) ? 0 : 1);
      const drop = Math.min(last[j]!, next[j - 1]!) + 1;
      next[j] = change < drop ? change : drop;
    }
    [last, next] = [next, last];
  }
  return 1 - last[b.length]! / longer;
}

const equal = (a: string, b: string): number => (a.toLowerCase() === b.toLowerCase() ? 1 : 0);
const ratio = (a: number, b: number): number => (Math.max(a, b) === 0 ? 0 : Math.min(a, b) / Math.max(a, b));

function words(a: string, b: string): number {
  const [one, other] = [a, b].map((text) => text.toLowerCase().split(/\s+/).filter(Boolean));
  if (!one?.length || !other?.length) return 0;
  const there = new Set(other);
  return one.filter((word) => there.has(word)).length / Math.max(one.length, other.length);
}

const EQUAL = [
  ['tag', 1.5],
  ['name', 1.5],
  ['id', 1.5],
  ['is_button', 0.5],
] as const;
const EDITED = [
  ['xpath', 0.5],
  ['idxpath', 0.5],
  ['class', 0.5],
  ['href', 0.5],
  ['alt', 0.5],
  ['visible_text', 1.5],
] as const;

/**
 * Similo: weighted sum of the similarity of 14 properties, with the published weights (Nass, Alégroth, Feldt, Leotta, Ricca:
 * Similarity-based web element localization for robust test automation, TOSEM 2023); our own re-implementation from the paper.
 * Undefined where it cannot be more than `least`: edit distances are what takes long.
 */
function similo(wanted: Properties, candidate: Properties, least: number): number | undefined {
  let score = 0;
  for (const [property, weight] of EQUAL) {
    const [a, b] = [wanted[property], candidate[property]];
    if (a && b) score += weight * equal(a, b);
  }
  if (wanted.neighbor_text && candidate.neighbor_text)
    score += 1.5 * words(wanted.neighbor_text, candidate.neighbor_text);
  const distance = Math.hypot(wanted.x - candidate.x, wanted.y - candidate.y);
  score += 0.5 * Math.max(0, 1 - distance / 100);
  score += 0.5 * ratio(wanted.area ?? 0, candidate.area ?? 0);
  score += 0.5 * ratio(wanted.shape ?? 0, candidate.shape ?? 0);
  const open = EDITED.flatMap(([property, weight]) => {
    const [a, b] = [wanted[property], candidate[property]];
    return a && b ? [{ a, b, weight, most: weight * ratio(a.length, b.length) }] : [];
  });
  let possible = score + open.reduce((sum, { most }) => sum + most, 0);
  for (const { a, b, weight, most } of open) {
    if (possible <= least) return undefined;
    const agreed = weight * edits(a, b);
    score += agreed;
    possible += agreed - most;
  }
  return score;
}

/** The best candidate's score, and whether it is the control. */
export function bestBySimilo(one: PropertyCase): {
  readonly score: number;
  readonly right: boolean;
  readonly gone: boolean;
} {
  let best = -1;
  let score = -1;
  one.candidates.forEach((candidate, at) => {
    const similarity = similo(one.target, candidate, score);
    if (similarity !== undefined && similarity > score) [best, score] = [at, similarity];
  });
  return { score, right: one.right[best] ?? false, gone: one.gone };
}

const PRECISION = 0.99;

/** Least score at which 99 of 100 accepted are right, where the control is on the page. */
export function thresholdOf(scored: readonly { readonly score: number; readonly right: boolean }[]): number {
  const order = [...scored].sort((a, b) => b.score - a.score);
  let right = 0;
  let least = Number.POSITIVE_INFINITY;
  order.forEach((one, at) => {
    if (one.right) right += 1;
    if (right / (at + 1) >= PRECISION) least = one.score;
  });
  return least;
}

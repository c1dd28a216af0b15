import type { Known } from './page-memory.ts';

/** More than sums in another order differ by. */
const ROUNDING = 1e-9;

/** An element of a list, and how far it agrees with what is looked for. */
export interface Scored {
  readonly known: Known;
  /** Its turn among those that score alike. */
  readonly at: number;
  readonly score: number;
}

export const byScore = (a: Scored, b: Scored): number => b.score - a.score || a.at - b.at;

/**
 * Best first, each scored no sooner than it may come next.
 * @param groups elements by what each of them scores at the least
 * @param most what may come to that
 */
export function* bestFirst(
  first: readonly Scored[],
  groups: ReadonlyMap<number, readonly number[]>,
  most: number,
  scored: (at: number) => Scored,
): Generator<Scored> {
  const keys = [...groups.keys()].sort((a, b) => b - a);
  let waiting = [...first];
  for (let n = 0; n <= keys.length; n += 1) {
    const bound = n < keys.length ? keys[n]! + most + ROUNDING : Number.NEGATIVE_INFINITY;
    yield* waiting.filter(({ score }) => score > bound).sort(byScore);
    waiting = waiting.filter(({ score }) => score <= bound);
    for (const at of groups.get(keys[n]!) ?? []) waiting.push(scored(at));
  }
}

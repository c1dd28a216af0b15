import type { SelectorCandidate } from '../../shared/protocol/schema.ts';

/** What a state of a page tells of a control, and who used it there. */
interface Telling {
  readonly candidates: readonly SelectorCandidate[] | null;
  /** Those who used it with success, each by a number; absent: not known. */
  readonly voters?: readonly number[];
  /** Numbers of the API keys that told of it; absent: not known. */
  readonly keys?: readonly number[];
}

/** Share of those who used a control that must have met a selector of it. */
const MET_BY = 0.25;

/** A selector that is told to be unique in one state and not in another is met in two ways. */
const wayOf = ({ selector, matches }: SelectorCandidate): string => `${matches === 1} ${selector}`;

/**
 * The candidates of a control that are no one's alone: met by two of those who used it, and by a quarter of them, and told with
 * `minKeys` API keys where as many told of the control. All of them where there is nobody else to ask, or no unique one is met by as
 * many.
 */
export function supported(members: readonly Telling[], minKeys: number): SelectorCandidate[] {
  const all = members.flatMap(({ candidates }) => candidates ?? []);
  const everybody = new Set(members.flatMap(({ voters = [] }) => voters));
  if (everybody.size < 2) return all;
  const met = new Map<string, Set<number>>();
  for (const { candidates, voters = [] } of members)
    for (const candidate of candidates ?? []) {
      const by = met.get(wayOf(candidate)) ?? new Set();
      met.set(wayOf(candidate), by);
      for (const voter of voters) by.add(voter);
    }
  const enough = Math.max(2, MET_BY * everybody.size);
  const needed = Math.min(minKeys, new Set(members.flatMap(({ keys = [] }) => keys)).size);
  const keysOf = (way: string) =>
    new Set(
      members.flatMap(({ candidates, keys = [] }) => (candidates?.some((one) => wayOf(one) === way) ? keys : [])),
    );
  const kept = all.filter((candidate) => {
    const way = wayOf(candidate);
    return (met.get(way)?.size ?? 0) >= enough && keysOf(way).size >= needed;
  });
  return kept.some(({ matches }) => matches === 1) ? kept : all;
}

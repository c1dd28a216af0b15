import type { KeyVotes, LineageFacts, ReleasePolicy, Tally, Votes } from './release.ts';
import { wilsonLowerBound, wilsonUpperBound } from './wilson.ts';

type Counted = Pick<Tally, 'ok' | 'bad' | 'okWeight' | 'badWeight'>;

export const weight = ({ okWeight, badWeight }: Counted): number => okWeight + badWeight;
export const lowerBound = (votes: Counted): number => wilsonLowerBound(votes.okWeight, weight(votes));
export const upperBound = (votes: Counted): number => wilsonUpperBound(votes.okWeight, weight(votes));

/** As many of them as these, of the average age. */
const atMost = (votes: Counted, ok: number, bad: number): Counted => ({
  ok: Math.min(votes.ok, ok),
  bad: Math.min(votes.bad, bad),
  okWeight: votes.ok > ok ? (votes.okWeight * ok) / votes.ok : votes.okWeight,
  badWeight: votes.bad > bad ? (votes.badWeight * bad) / votes.bad : votes.badWeight,
});

/** Nobody counts for more than all others together; where there is nobody else, there is nobody to ask. */
export const balanced = (votes: Votes, facts: LineageFacts, policy: ReleasePolicy): Counted =>
  byKeys(
    facts.instances < 2 ? votes : atMost(votes, 2 * votes.okOthers, 2 * votes.badOthers),
    votes.keys,
    facts,
    policy,
  );

/** Nobody tells alone, where there is somebody else, what a first version must be sure of. */
export const byMany = (votes: Votes, instances: number): Votes =>
  instances < 2 ? votes : { ...votes, ok: Math.min(votes.ok, 2 * votes.okOthers) };

/** The same for API keys: those that told most, one less than must agree, count for no more than the others let them. */
export function byKeys(
  votes: Counted,
  told: readonly KeyVotes[],
  { keys }: LineageFacts,
  { minKeys }: ReleasePolicy,
): Counted {
  const needed = Math.min(minKeys, keys);
  if (needed < 2 || told.length === 0) return votes;
  const agreed = (counts: readonly number[]): number =>
    needed *
    counts
      .toSorted((a, b) => b - a)
      .slice(needed - 1)
      .reduce((total, count) => total + count, 0);
  return atMost(votes, agreed(told.map(({ ok }) => ok)), agreed(told.map(({ bad }) => bad)));
}

/** How many API keys told anything; not that of rows from before keys were kept. */
export const keysThatTold = (told: readonly Pick<Tally, 'keys'>[]): number =>
  new Set(told.flatMap(({ keys }) => keys.flatMap(({ key_no }) => (key_no > 0 ? [key_no] : [])))).size;

export const keysOfBoth = (a: Tally, b: Tally): KeyVotes[] =>
  [...new Set([...a.keys, ...b.keys].map(({ key_no }) => key_no))].map((key_no) => {
    const own = [...a.keys, ...b.keys].filter((each) => each.key_no === key_no);
    return { key_no, ok: own.reduce((n, { ok }) => n + ok, 0), bad: own.reduce((n, { bad }) => n + bad, 0) };
  });

export const sum = (a: Counted, b: Counted): Counted => ({
  ok: a.ok + b.ok,
  bad: a.bad + b.bad,
  okWeight: a.okWeight + b.okWeight,
  badWeight: a.badWeight + b.badWeight,
});

/** By the share that its weight gives, of as many as there were: age alone refuses nothing. */
export function isSure(votes: Counted, bound: number): boolean {
  const trials = votes.ok + votes.bad;
  return trials > 0 && wilsonLowerBound((trials * votes.okWeight) / weight(votes), trials) >= bound;
}

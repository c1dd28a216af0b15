import type { KeyVotes, Tally, Votes } from './release.ts';
import type { Ageing } from './votes_sql.ts';

/** What one voter told on one day with one key. */
export interface Told {
  readonly voter: string;
  /** Days ago. */
  readonly age: number;
  readonly key_no: number;
}

/** What was told on one day with one key. */
export interface DayCount {
  readonly age: number;
  readonly key_no: number;
  readonly ok: number;
  readonly bad: number;
}

/** What weighs how much by its age in days; `weightOf` in SQL. */
export function weigher({ policy: { halfLifeDays } }: Pick<Ageing, 'policy'>): (age: number) => number {
  if (halfLifeDays === 0) return () => 1;
  return (age) => Math.exp((Math.max(age, 0) * -Math.LN2) / halfLifeDays);
}

/** Adds up a `Tally`, of each day and key any number of times. */
function createTally(weightOf: (age: number) => number) {
  const total = { ok: 0, bad: 0, okWeight: 0, badWeight: 0 };
  const okDays = new Set<number>();
  const keys = new Map<number, { ok: number; bad: number }>();
  return {
    add(age: number, key_no: number, ok: number, bad: number): void {
      const weight = weightOf(age);
      total.ok += ok;
      total.bad += bad;
      total.okWeight += ok * weight;
      total.badWeight += bad * weight;
      if (ok > 0) okDays.add(age);
      const key = keys.get(key_no);
      if (!key) keys.set(key_no, { ok, bad });
      else {
        key.ok += ok;
        key.bad += bad;
      }
    },
    all: (): Tally => ({
      ...total,
      okDays: okDays.size,
      keys: Array.from(keys, ([key_no, key]): KeyVotes => ({ key_no, ...key })),
    }),
  };
}

/** The `Tally` of counts, of each day and key one. */
export function tally(counts: readonly DayCount[], weightOf: (age: number) => number): Tally {
  const sum = createTally(weightOf);
  for (const { age, key_no, ok, bad } of counts) sum.add(age, key_no, ok, bad);
  return sum.all();
}

/** The `Votes` of what was told, of each voter, day and key one, by whether it was right; `votesOf` in SQL. */
export function countVotes<T extends Told>(
  told: readonly T[],
  isRight: (one: T) => boolean,
  weightOf: (age: number) => number,
): Votes {
  const sum = createTally(weightOf);
  const voters = new Map<string, { ok: number; bad: number }>();
  for (const one of told) {
    const right = isRight(one);
    sum.add(one.age, one.key_no, right ? 1 : 0, right ? 0 : 1);
    const own = voters.get(one.voter);
    if (!own) voters.set(one.voter, { ok: right ? 1 : 0, bad: right ? 0 : 1 });
    else own[right ? 'ok' : 'bad'] += 1;
  }
  const all = sum.all();
  const most = { ok: 0, bad: 0 };
  const by = { ok: 0, bad: 0 };
  for (const { ok, bad } of voters.values()) {
    most.ok = Math.max(most.ok, ok);
    most.bad = Math.max(most.bad, bad);
    if (ok > 0) by.ok += 1;
    if (bad > 0) by.bad += 1;
  }
  return { ...all, okVoters: by.ok, badVoters: by.bad, okOthers: all.ok - most.ok, badOthers: all.bad - most.bad };
}

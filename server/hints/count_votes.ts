import type { KeyVotes, Tally, Votes } from './release.ts';
import type { Ageing } from './votes_sql.ts';

/** What one voter told on one day with one key. */
export interface Told {
  readonly voter: string;
  /** Days ago. */
  readonly age: number;
  readonly key_no: number;
  readonly ok: boolean;
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

/** The `Tally` of counts, of each day and key one. */
export function tally(counts: readonly DayCount[], weightOf: (age: number) => number): Tally {
  const total = { ok: 0, bad: 0, okWeight: 0, badWeight: 0 };
  const okDays = new Set<number>();
  const keys = new Map<number, { ok: number; bad: number }>();
  for (const { age, key_no, ok, bad } of counts) {
    const weight = weightOf(age);
    total.ok += ok;
    total.bad += bad;
    total.okWeight += ok * weight;
    total.badWeight += bad * weight;
    if (ok > 0) okDays.add(age);
    const key = keys.get(key_no) ?? { ok: 0, bad: 0 };
    keys.set(key_no, key);
    key.ok += ok;
    key.bad += bad;
  }
  return { ...total, okDays: okDays.size, keys: [...keys].map(([key_no, key]): KeyVotes => ({ key_no, ...key })) };
}

/** The `Votes` of what was told, of each voter, day and key one; `votesOf` in SQL. */
export function countVotes(told: readonly Told[], weightOf: (age: number) => number): Votes {
  const voters = new Map<string, { ok: number; bad: number }>();
  for (const { voter, ok } of told) {
    const own = voters.get(voter) ?? { ok: 0, bad: 0 };
    voters.set(voter, own);
    own[ok ? 'ok' : 'bad'] += 1;
  }
  const counts = told.map(({ age, key_no, ok }) => ({ age, key_no, ok: Number(ok), bad: Number(!ok) }));
  const all = tally(counts, weightOf);
  const most = { ok: 0, bad: 0 };
  const by = { ok: 0, bad: 0 };
  for (const own of voters.values())
    for (const side of ['ok', 'bad'] as const) {
      most[side] = Math.max(most[side], own[side]);
      if (own[side] > 0) by[side] += 1;
    }
  return { ...all, okVoters: by.ok, badVoters: by.bad, okOthers: all.ok - most.ok, badOthers: all.bad - most.bad };
}

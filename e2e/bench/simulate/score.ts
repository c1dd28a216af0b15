import { median, percentile, rounded } from '../percentile.ts';

/** What was told to a run for the control that it wanted. */
export type Told = 'right' | 'wrong' | 'missed' | 'nothing';

interface Change {
  readonly hour: number;
  runs: number;
  servedAt?: number;
  runsUntil?: number;
}

/** Counts what a way of choosing hints told, and how soon it told the right thing after a change of a control. */
export function createTally() {
  const counts: Record<Told, number> = { right: 0, wrong: 0, missed: 0, nothing: 0 };
  const changes = new Map<string, Change>();
  return {
    /** `changed`: hour at which the control last changed, if it has. */
    add(control: string, hour: number, told: Told, changed: number | undefined): void {
      counts[told] += 1;
      if (changed === undefined) return;
      const change = changes.get(control) ?? { hour: changed, runs: 0 };
      changes.set(control, change);
      if (change.servedAt !== undefined) return;
      change.runs += 1;
      if (told !== 'right') return;
      change.servedAt = hour;
      change.runsUntil = change.runs;
    },
    figures() {
      const served = counts.right + counts.wrong + counts.missed;
      const all = [...changes.values()];
      const again = all.filter(({ servedAt }) => servedAt !== undefined);
      const hours = again.map(({ hour, servedAt = hour }) => servedAt - hour);
      const runs = again.map(({ runsUntil = 0 }) => runsUntil);
      const of = (values: readonly number[], how: (values: readonly number[]) => number) =>
        values.length ? how(values) : null;
      return {
        served,
        served_share: rounded(served / Math.max(1, served + counts.nothing), 4),
        right_share: rounded(counts.right / Math.max(1, served), 4),
        ...counts,
        changed_controls: all.length,
        right_again: again.length,
        hours_p50: of(hours, median),
        hours_p95: of(hours, (values) => percentile(values, 0.95)),
        runs_p50: of(runs, median),
        runs_p95: of(runs, (values) => percentile(values, 0.95)),
      };
    },
  };
}

export type Tally = ReturnType<typeof createTally>;

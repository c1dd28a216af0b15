import { count } from '../count.ts';
import { percentile, rounded } from '../percentile.ts';

export interface Waited {
  readonly ms: number;
  /** The control could be used when the wait was over. */
  readonly ok: boolean;
  /** What was waited for did not come in time. */
  readonly gaveUp: boolean;
}

export interface WaitFigures {
  readonly runs: number;
  readonly mean_ms: number;
  readonly p50_ms: number;
  readonly p95_ms: number;
  /** Runs in which the control could not be used after the wait. */
  readonly failures: number;
  readonly gave_up: number;
}

/** What waiting in one way came to. */
export function summarise(waits: readonly Waited[]): WaitFigures {
  const times = waits.map(({ ms }) => ms);
  return {
    runs: waits.length,
    mean_ms: rounded(times.reduce((sum, ms) => sum + ms, 0) / times.length, 0),
    p50_ms: rounded(percentile(times, 0.5), 0),
    p95_ms: rounded(percentile(times, 0.95), 0),
    failures: count(waits, ({ ok }) => !ok),
    gave_up: count(waits, ({ gaveUp }) => gaveUp),
  };
}

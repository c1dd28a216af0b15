/** How a run fared after an exposure. */
export interface Outcome {
  /** When the first call on the control after the exposure began, in ms since 1970; null: there is none. */
  readonly called_at: number | null;
  /** Of that call. */
  readonly success: boolean | null;
  /** From the exposure, or the end of the run's call before that one where it is later, to the end of the first that succeeded. */
  readonly elapsed_ms: number | null;
  /** Whether the page found the control at least once; null: it reported nothing. */
  readonly verified: boolean | null;
  readonly acted: boolean;
  readonly reported_wrong: boolean;
}

/** Times in ms since 1970. */
export interface RunCall {
  readonly started_at: number;
  readonly ended_at: number;
  readonly success: boolean | null;
}

export interface Report {
  readonly verified: boolean | null;
  readonly acted: boolean;
  readonly reported_wrong: boolean;
}

/** How far the clocks of clients and servers may be apart: a call follows the lookup that it needed by less. */
const CLOCKS_APART_MS = 2_000;
const MAX_INT = 2_147_483_647;

/**
 * The outcome of an exposure among all calls of its run, in their order; `isAbout` tells those on the control. What is not found any
 * more was erased or archived since: what it led to stays as it is `known`.
 */
export function outcomeOf<Call extends RunCall>(
  exposedAt: number,
  calls: readonly Call[],
  isAbout: (call: Call) => boolean,
  report: Report | undefined,
  known: Outcome,
): Outcome {
  const told = {
    verified: report?.verified ?? known.verified,
    acted: known.acted || (report?.acted ?? false),
    reported_wrong: known.reported_wrong || (report?.reported_wrong ?? false),
  };
  const counts = (call: Call): boolean =>
    call.success !== null && call.started_at >= exposedAt - CLOCKS_APART_MS && isAbout(call);
  const at = calls.findIndex(counts);
  const first = calls[at];
  if (!first) return { ...told, called_at: known.called_at, success: known.success, elapsed_ms: known.elapsed_ms };
  const from = calls.slice(0, at).reduce((latest, { ended_at }) => Math.max(latest, ended_at), exposedAt);
  const succeeded = calls.slice(at).find((call) => call.success && counts(call));
  const elapsed_ms = succeeded ? Math.min(MAX_INT, Math.max(0, Math.round(succeeded.ended_at - from))) : null;
  return { ...told, called_at: Math.round(first.started_at), success: first.success, elapsed_ms };
}

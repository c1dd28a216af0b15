/** Browsers and Node run longer timers at once. */
const LONGEST_MS = 3600_000;

/** Runs a callback after so many ms; returns how to cancel it. */
export type Later = (callback: () => void, ms: number) => () => void;

export const timeout: Later = (callback, ms) => {
  const timer = setTimeout(callback, ms);
  return () => clearTimeout(timer);
};

/** One timer for the earliest time asked for. In an extension it dies with the worker, which an alarm then wakes. */
export function createWakeUp(callback: () => void, now: () => number, later: Later = timeout) {
  let earliest = Number.POSITIVE_INFINITY;
  let cancel = (): void => undefined;
  return {
    /** ms since 1970 */
    at(time: number): void {
      if (time >= earliest) return;
      earliest = time;
      cancel();
      cancel = later(
        () => {
          earliest = Number.POSITIVE_INFINITY;
          callback();
        },
        Math.min(LONGEST_MS, Math.max(0, time - now())),
      );
    },
    stop(): void {
      cancel();
      earliest = Number.NEGATIVE_INFINITY;
    },
  };
}

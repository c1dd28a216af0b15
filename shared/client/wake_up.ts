/** Browsers run longer timers at once. */
const LONGEST_MS = 3600_000;

/** One timer for the earliest time asked for. It dies with the worker, which an alarm then wakes. */
export function createWakeUp(callback: () => void, now: () => number) {
  let earliest = Number.POSITIVE_INFINITY;
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    /** ms since 1970 */
    at(time: number): void {
      if (time >= earliest) return;
      earliest = time;
      clearTimeout(timer);
      timer = setTimeout(
        () => {
          earliest = Number.POSITIVE_INFINITY;
          callback();
        },
        Math.min(LONGEST_MS, Math.max(0, time - now())),
      );
    },
  };
}

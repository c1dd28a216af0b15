/** Work between two rests, and what must be left of the time that the browser gives; in ms. */
const SLICE_MS = 10;
const LEFT_MS = 3;

export interface IdleDeps {
  readonly now: () => number;
  /** Calls back where the page has nothing to do. */
  readonly whenIdle: (slice: (deadline: Pick<IdleDeadline, 'timeRemaining'>) => void) => void;
}

const ofBrowser: IdleDeps = { now: () => performance.now(), whenIdle: (slice) => requestIdleCallback(slice) };

/** Does the steps while the page has nothing to do; ends with the first that throws, as hostile pages make them. */
export function inIdleTime(steps: Generator<void>, signal: AbortSignal, { now, whenIdle }: IdleDeps = ofBrowser): void {
  whenIdle(function slice(deadline) {
    const begun = now();
    try {
      while (!signal.aborted && deadline.timeRemaining() > LEFT_MS && now() - begun < SLICE_MS)
        if (steps.next().done) return;
    } catch {
      return;
    }
    if (!signal.aborted) whenIdle(slice);
  });
}

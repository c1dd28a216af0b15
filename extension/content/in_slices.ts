/** Work between two rests, in ms: a frame has 16, and a task of 50 is felt (https://www.w3.org/TR/longtasks-1/). */
const SLICE_MS = 10;

/** Work that can be interrupted anywhere. Resumed with `true` after a rest, with `false` where it must end now. */
export type Steps<T> = Generator<unknown, T, boolean | undefined>;

interface Scheduler {
  readonly scheduler?: { readonly yield?: () => Promise<void> };
}

/** Lets the page do what waits. Not by a timer, which hidden tabs hold back. */
export function rest(): Promise<void> {
  const { scheduler } = globalThis as Scheduler;
  if (scheduler?.yield) return scheduler.yield();
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}

export interface SliceDeps {
  readonly now: () => number;
  readonly rest: () => Promise<void>;
}

/** Does the work in slices, with rests between them. Undefined where `interrupted` said so after a rest. */
export async function inSlices<T>(
  steps: Steps<T>,
  interrupted: () => boolean,
  { now, rest }: SliceDeps,
): Promise<T | undefined> {
  let begun = now();
  let step = steps.next();
  while (!step.done) {
    const over = now() - begun >= SLICE_MS;
    if (over) {
      await rest();
      if (interrupted()) return undefined;
      begun = now();
    }
    step = steps.next(over ? true : undefined);
  }
  return step.value;
}

/** One slice of it, cut off at its end. */
export function oneSlice<T>(steps: Steps<T>, now: () => number): T {
  const begun = now();
  let step = steps.next();
  while (!step.done) step = steps.next(now() - begun >= SLICE_MS ? false : undefined);
  return step.value;
}

/** All of it at once. */
export function atOnce<T>(steps: Steps<T>): T {
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}

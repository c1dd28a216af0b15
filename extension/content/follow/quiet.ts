/** When something first rested; times in ms since 1970. */
export interface Quiet {
  /** Something went on in between; may be told late, and in any order. */
  busy(from: number, to: number): void;
  /** When it had rested for the first time, as is known now; undefined where it has not yet. */
  at(now: number): number | undefined;
}

/** Rest is `gap` ms in which nothing went on, from `since` on. */
export function createQuiet(since: number, gap: number): Quiet {
  let last = since;
  let rested: number | undefined;
  return {
    busy(from, to) {
      if (rested === undefined && from - last > gap) rested = last + gap;
      else if (rested !== undefined && from < rested && to > rested - gap) rested = undefined;
      last = Math.max(last, to);
    },
    at: (now) => rested ?? (now - last >= gap ? last + gap : undefined),
  };
}

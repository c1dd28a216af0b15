/** Largest error of a quantile, relative to it. */
const RELATIVE_ERROR = 0.05;
const GAMMA = (1 + RELATIVE_ERROR) / (1 - RELATIVE_ERROR);
/** Longer waits count as this long, in ms. */
const MAX_MS = 600_000;

/** Counts by bucket, or what they weigh. Merged by adding, so it is the same whatever the order (DDSketch: Masson, Rim, Lee 2019, VLDB 12, 2195–2205). */
export type Sketch = ReadonlyMap<number, number>;

/** The bucket of a time in ms; all up to 1 ms are one. */
export const bucketOf = (ms: number): number =>
  Math.ceil(Math.log(Math.min(Math.max(ms, 1), MAX_MS)) / Math.log(GAMMA));

/** `bucketOf` of an SQL expression in ms. */
export const bucketSql = (ms: string): string =>
  `ceil(ln(least(greatest(${ms}, 1), ${MAX_MS})) / ${Math.log(GAMMA)})::smallint`;

export const sizeOf = (sketch: Sketch): number => [...sketch.values()].reduce((total, count) => total + count, 0);

/** The time that a share of them, 0 to 1, did not exceed, in ms; 0 where there are none. */
export function quantile(sketch: Sketch, share: number): number {
  const rank = share * sizeOf(sketch);
  let seen = 0;
  for (const [bucket, count] of [...sketch].sort(([a], [b]) => a - b)) {
    seen += count;
    if (seen > 0 && seen >= rank) return (2 * GAMMA ** bucket) / (GAMMA + 1);
  }
  return 0;
}

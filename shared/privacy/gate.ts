import type { Detector } from './detectors/detector.ts';
import { ANY_SHAPE } from './shapes.ts';
import type { Survey } from './survey.ts';

/** Bits of each detector in a row: marks, lengths, what stands around. */
const STRIDE = 3;
/** With more digits in one number, no detector asks whether there are enough. */
const ENOUGH_DIGITS = 16;

/** Which of the detectors can find anything in a surveyed text: what is asked of each for every text is read from one array. */
export function createGate(detectors: readonly Detector[]) {
  const rows = new Int32Array(detectors.length * STRIDE);
  for (const [rank, { needs, place }] of detectors.entries())
    rows.set([needs.marks, place?.lengths ?? 0, place?.around ?? ANY_SHAPE], rank * STRIDE);
  const byDigits = Array.from({ length: ENOUGH_DIGITS + 1 }, (_, digits) =>
    [...detectors.keys()].filter((rank) => detectors[rank]!.needs.cluster <= digits),
  );
  return {
    /** Those that so many digits are enough for, by their ranks. */
    ranks: ({ cluster }: Survey): readonly number[] => byDigits[Math.min(cluster, ENOUGH_DIGITS)]!,
    opens({ marks, anyShape }: Survey, rank: number): boolean {
      const row = rank * STRIDE;
      const lengths = rows[row + 1]!;
      return (
        (marks & rows[row]!) === rows[row] &&
        (lengths === 0 || ((anyShape & lengths) !== 0 && (anyShape & rows[row + 2]!) !== 0))
      );
    },
  };
}

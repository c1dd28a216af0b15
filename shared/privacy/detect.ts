import { type Detector, meets, type Span } from './detectors/detector.ts';
import { type Piece, piecesOf } from './pieces.ts';
import { survey } from './survey.ts';

/** Where a text holds something personal or secret. */
export interface Finding extends Span {
  readonly kind: string;
}

/** A finding that reaches the end of its piece is an unbroken token that goes on: to the next white space. */
function wholeEnd(text: string, { text: { length }, offset }: Piece, end: number): number {
  let at = end;
  if (end === offset + length) while (at < text.length && !/\s/.test(text[at]!)) at += 1;
  return at;
}

/** With more findings than this, what is taken is marked by character instead of looked for in the list. */
const MANY = 16;

/** Remembers findings, and refuses one that overlaps an earlier one. */
function takings(length: number) {
  const found: Finding[] = [];
  let marks: Uint8Array | undefined;
  return {
    found: (): readonly Finding[] => found.sort((a, b) => a.start - b.start),
    take(finding: Finding): void {
      const { start, end } = finding;
      const overlaps = marks
        ? marks.subarray(start, end).includes(1)
        : found.some((other) => other.start < end && start < other.end);
      if (overlaps) return;
      found.push(finding);
      if (found.length === MANY) {
        marks = new Uint8Array(length);
        for (const other of found) marks.fill(1, other.start, other.end);
      } else marks?.fill(1, start, end);
    },
  };
}

const NONE: readonly Finding[] = [];

/** Everything that the detectors find in a text, in order; where two overlap, the earlier detector's finding stands. */
export function detect(text: string, detectors: readonly Detector[]): readonly Finding[] {
  const pieces = piecesOf(text);
  const found: { readonly finding: Finding; readonly rank: number }[] = [];
  for (const piece of pieces) {
    const surveyed = survey(piece.text);
    for (let rank = 0; rank < detectors.length; rank += 1) {
      const { kind, needs, find } = detectors[rank]!;
      if (!meets(surveyed, needs)) continue;
      for (const span of find(surveyed)) {
        const start = span.start + piece.offset;
        if (start < piece.from || start >= piece.to) continue;
        found.push({ finding: { kind, start, end: wholeEnd(text, piece, span.end + piece.offset) }, rank });
      }
    }
  }
  if (found.length === 0) return NONE;
  if (pieces.length > 1) found.sort((a, b) => a.rank - b.rank);
  const taken = takings(text.length);
  for (const { finding } of found) taken.take(finding);
  return taken.found();
}

import type { Detector, Span } from './detectors/detector.ts';
import { CAPITAL } from './marks.ts';
import { MAX_PIECE_CHARS, type Piece, piecesOf } from './pieces.ts';
import { isSettled } from './resurvey.ts';
import { ANY_SHAPE } from './shapes.ts';
import { type Survey, survey } from './survey.ts';

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

function overlapsAny(found: readonly Finding[], start: number, end: number): boolean {
  for (let index = 0; index < found.length; index += 1)
    if (found[index]!.start < end && start < found[index]!.end) return true;
  return false;
}

/** Remembers findings, and refuses one that overlaps an earlier one. */
function takings(length: number) {
  const found: Finding[] = [];
  let marks: Uint8Array | undefined;
  let ordered = true;
  let last = 0;
  return {
    found: (): readonly Finding[] => (ordered ? found : found.sort((a, b) => a.start - b.start)),
    take(finding: Finding): void {
      const { start, end } = finding;
      const overlaps = marks ? marks.subarray(start, end).includes(1) : overlapsAny(found, start, end);
      if (overlaps) return;
      if (start < last) ordered = false;
      last = start;
      found.push(finding);
      if (found.length === MANY) {
        marks = new Uint8Array(length);
        for (const other of found) marks.fill(1, other.start, other.end);
      } else marks?.fill(1, start, end);
    },
  };
}

const NONE: readonly Finding[] = [];

/** Of findings in the order of their detectors, those that overlap no earlier one; in the order of the text. */
function withoutOverlaps(found: readonly Finding[], length: number): readonly Finding[] {
  if (found.length < 2) return found;
  const taken = takings(length);
  for (const finding of found) taken.take(finding);
  return taken.found();
}

/** Bits of each detector in a row: marks, lengths, what stands around. */
const STRIDE = 3;
/** With more digits in one number, no detector asks whether there are enough. */
const ENOUGH_DIGITS = 16;

/** Which of the detectors can find anything in a surveyed text: what is asked of each for every text is read from one array. */
function createGate(detectors: readonly Detector[]) {
  const rows = new Int32Array(detectors.length * STRIDE);
  for (const [rank, { needs, place }] of detectors.entries())
    rows.set([needs.marks, place?.lengths ?? 0, place?.around ?? ANY_SHAPE], rank * STRIDE);
  const byDigits = Array.from({ length: ENOUGH_DIGITS + 1 }, (_, digits) =>
    [...detectors.keys()].filter((rank) => detectors[rank]!.needs.cluster <= digits),
  );
  return {
    /** Those that so many digits are enough for, by their ranks. */
    ranks: ({ cluster }: Survey): readonly number[] => byDigits[Math.min(cluster, ENOUGH_DIGITS)]!,
    /** Whether any that needs no digits may find something in a text with these marks. */
    opensDigitless: (marks: number): boolean => {
      for (let at = 0; at < byDigits[0]!.length; at += 1) {
        const needed = rows[byDigits[0]![at]! * STRIDE]!;
        if ((marks & needed) === needed) return true;
      }
      return false;
    },
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

/** What a set of detectors finds; where two findings overlap, the earlier detector's stands. */
export function createDetect(detectors: readonly Detector[]) {
  const { ranks, opens, opensDigitless } = createGate(detectors);
  const finds = detectors.map(({ find }) => find);
  const kinds = detectors.map(({ kind }) => kind);

  /** Findings in a text that is looked at as a whole. */
  function inSurvey(surveyed: Survey): readonly Finding[] {
    let found: Finding[] | undefined;
    const may = ranks(surveyed);
    for (let at = 0; at < may.length; at += 1) {
      const rank = may[at]!;
      if (!opens(surveyed, rank)) continue;
      const spans = finds[rank]!(surveyed);
      for (let index = 0; index < spans.length; index += 1) {
        const { start, end } = spans[index]!;
        found ??= [];
        found.push({ kind: kinds[rank]!, start, end });
      }
    }
    return found ? withoutOverlaps(found, surveyed.text.length) : NONE;
  }

  function inPieces(text: string): readonly Finding[] {
    const found: { readonly finding: Finding; readonly rank: number }[] = [];
    for (const piece of piecesOf(text)) {
      const surveyed = survey(piece.text);
      for (const rank of ranks(surveyed)) {
        if (!opens(surveyed, rank)) continue;
        for (const span of finds[rank]!(surveyed)) {
          const start = span.start + piece.offset;
          if (start < piece.from || start >= piece.to) continue;
          const end = wholeEnd(text, piece, span.end + piece.offset);
          found.push({ finding: { kind: kinds[rank]!, start, end }, rank });
        }
      }
    }
    found.sort((a, b) => a.rank - b.rank);
    return withoutOverlaps(
      found.map(({ finding }) => finding),
      text.length,
    );
  }

  /** Whether something may be found in what stays of a text where these findings are replaced. */
  const mayFindMore = (surveyed: Survey, findings: readonly Finding[]): boolean =>
    opensDigitless(surveyed.marks & ~CAPITAL) || !isSettled(surveyed, findings);

  return { inSurvey, inPieces, mayFindMore };
}

/** Everything that the detectors find in a text, in order. */
export function detect(text: string, detectors: readonly Detector[]): readonly Finding[] {
  const { inSurvey, inPieces } = createDetect(detectors);
  return text.length <= MAX_PIECE_CHARS ? inSurvey(survey(text)) : inPieces(text);
}

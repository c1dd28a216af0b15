import type { Detector, Span } from './detectors/detector.ts';
import { createGate } from './gate.ts';
import { type Found, withoutOverlaps } from './overlaps.ts';
import { MAX_PIECE_CHARS, type Piece, piecesOf } from './pieces.ts';
import { isSettled } from './settled.ts';
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

const NONE: Found = { findings: [], lost: false };

/** What a set of detectors finds; where two findings overlap, the earlier detector's stands. */
export function createDetect(detectors: readonly Detector[]) {
  const { ranks, opens } = createGate(detectors);
  const finds = detectors.map(({ find }) => find);
  const kinds = detectors.map(({ kind }) => kind);

  /** Findings in a text that is looked at as a whole. */
  function inSurvey(surveyed: Survey): Found {
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

  function inPieces(text: string): Found {
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
  const mayFindMore = (surveyed: Survey, { findings, lost }: Found): boolean => lost || !isSettled(surveyed, findings);

  return { inSurvey, inPieces, mayFindMore };
}

/** Everything that the detectors find in a text, in order. */
export function detect(text: string, detectors: readonly Detector[]): readonly Finding[] {
  const { inSurvey, inPieces } = createDetect(detectors);
  return (text.length <= MAX_PIECE_CHARS ? inSurvey(survey(text)) : inPieces(text)).findings;
}

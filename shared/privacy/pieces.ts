/** Starts of findings that one piece answers for, in UTF-16 units; shorter texts are one piece. */
const CORE = 2048;
/** What a detector sees before and after: more than any context is long, and than any finding but an unbroken token. */
const BEFORE = 160;
const AFTER = 512;

/** Part of a long text, so that one number in a page does not set every detector on all of it. */
export interface Piece {
  /** The part, with what a detector sees before and after. */
  readonly text: string;
  /** Place of `text` in the whole. */
  readonly offset: number;
  /** Findings that start from here, and before `to`, are this piece's; in the whole text. */
  readonly from: number;
  readonly to: number;
}

export function piecesOf(whole: string): readonly Piece[] {
  if (whole.length <= CORE) return [{ text: whole, offset: 0, from: 0, to: whole.length }];
  const pieces: Piece[] = [];
  for (let from = 0; from < whole.length; from += CORE) {
    const to = Math.min(from + CORE, whole.length);
    const offset = Math.max(0, from - BEFORE);
    pieces.push({ text: whole.slice(offset, to + AFTER), offset, from, to });
  }
  return pieces;
}

/** Starts of findings that one piece answers for, in UTF-16 units; shorter texts need no pieces. */
export const MAX_PIECE_CHARS = 2048;
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
  const pieces: Piece[] = [];
  for (let from = 0; from < whole.length; from += MAX_PIECE_CHARS) {
    const to = Math.min(from + MAX_PIECE_CHARS, whole.length);
    const offset = Math.max(0, from - BEFORE);
    pieces.push({ text: whole.slice(offset, to + AFTER), offset, from, to });
  }
  return pieces;
}

const TABLE_SIZE = 0x0530;
const LETTER = 1;
const CAPITAL = 2;
const DIGIT = 4;
const INNER = 8;
const TABLE = Uint8Array.from({ length: TABLE_SIZE }, (_, code) => {
  const char = String.fromCharCode(code);
  if (/\p{Lu}/u.test(char)) return LETTER | CAPITAL;
  if (/[\p{L}\p{M}]/u.test(char)) return LETTER;
  return /\d/.test(char) ? DIGIT : /['-]/.test(char) ? INNER : 0;
});
/** ’, which people write where ' is meant. */
const APOSTROPHE = 0x2019;

/** UTF-16 units of a text, and a 0 behind them. */
export type Codes = ArrayLike<number>;

/** Characters above the table count as letters without case, but for punctuation and symbols. */
export const kindOf = (code: number): number =>
  code < TABLE_SIZE
    ? TABLE[code]!
    : code === APOSTROPHE
      ? INNER
      : (code >= 0x2000 && code < 0x2c00) || (code >= 0x3000 && code < 0x3005)
        ? 0
        : LETTER;

export const isLetter = (codes: Codes, at: number): boolean => at >= 0 && (kindOf(codes[at]!) & LETTER) !== 0;
export const isCapital = (codes: Codes, at: number): boolean => at >= 0 && (kindOf(codes[at]!) & CAPITAL) !== 0;
export const isDigit = (codes: Codes, at: number): boolean => at >= 0 && (kindOf(codes[at]!) & DIGIT) !== 0;
export const isWordChar = (codes: Codes, at: number): boolean => kindOf(codes[at]!) !== 0;

/** End of the word that begins here: letters, digits, and inside of it apostrophes and hyphens. */
export function wordEnd(codes: Codes, start: number): number {
  let end = start;
  while (isWordChar(codes, end)) end += 1;
  while (end > start && (kindOf(codes[end - 1]!) & INNER) !== 0) end -= 1;
  return end;
}

/** Begin of the word that ends here. */
export function wordStart(codes: Codes, end: number): number {
  let start = end;
  while (start > 0 && isWordChar(codes, start - 1)) start -= 1;
  return start;
}

const LETTER = 1;
const CAPITAL = 2;
const DIGIT = 4;
const INNER = 8;
/** Above this, characters count as letters without case, but for punctuation and symbols. */
const CASED = 0x0530;
/** ’, which people write where ' is meant. */
const APOSTROPHE = 0x2019;

const KINDS = new Uint8Array(1 << 16).fill(LETTER, CASED);
for (let code = 0; code < CASED; code += 1) {
  const char = String.fromCharCode(code);
  if (/\p{Lu}/u.test(char)) KINDS[code] = LETTER | CAPITAL;
  else if (/[\p{L}\p{M}]/u.test(char)) KINDS[code] = LETTER;
  else if (/\d/.test(char)) KINDS[code] = DIGIT;
  else if (/['-]/.test(char)) KINDS[code] = INNER;
}
KINDS.fill(0, 0x2000, 0x2c00).fill(0, 0x3000, 0x3005);
KINDS[APOSTROPHE] = INNER;

/** UTF-16 units of a text, and a 0 behind them. */
export type Codes = ArrayLike<number>;

export const kindOf = (code: number): number => KINDS[code]!;

export const isLetter = (codes: Codes, at: number): boolean => at >= 0 && (kindOf(codes[at]!) & LETTER) !== 0;
export const isCapital = (codes: Codes, at: number): boolean => at >= 0 && (kindOf(codes[at]!) & CAPITAL) !== 0;
export const isDigit = (codes: Codes, at: number): boolean => at >= 0 && (kindOf(codes[at]!) & DIGIT) !== 0;
export const isWordChar = (codes: Codes, at: number): boolean => kindOf(codes[at]!) !== 0;

/** By code, 1 for the ASCII characters that the pattern matches. */
export const asciiSet = (pattern: RegExp): Uint8Array =>
  Uint8Array.from({ length: 128 }, (_, code) => Number(pattern.test(String.fromCharCode(code))));

/** White space, as patterns know it. */
export const isSpace = (code: number): boolean =>
  code === 32 || (code >= 9 && code <= 13) || (code >= 0xa0 && /\s/.test(String.fromCharCode(code)));

const SPACE = 32;
const pairOf = (first: number, second: number): number => ((first & 31) << 5) | (second & 31);

function pairSet(pairs: string): Uint8Array {
  const known = new Uint8Array(1 << 10);
  for (const pair of pairs.split(' ')) known[pairOf(pair.charCodeAt(0), pair.charCodeAt(1) || SPACE)] = 1;
  return known;
}

/** Tells whether what begins at a place may begin with one of these pairs of letters, or with a character and a space. */
export function createBeginnings(pairs: string): (codes: Codes, start: number) => boolean {
  const known = pairSet(pairs);
  return (codes, start) => known[pairOf(codes[start]!, codes[start + 1]!)] === 1;
}

/** Tells whether what ends at a place may end in one of these pairs of letters, in any case; that it does only they say who look. */
export function createEndings(pairs: string): (codes: Codes, end: number) => boolean {
  const known = pairSet(pairs);
  return (codes, end) => end > 1 && known[pairOf(codes[end - 2]!, codes[end - 1]!)] === 1;
}

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

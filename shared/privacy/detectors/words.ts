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

/** Characters above the table count as letters without case, but for punctuation and symbols. */
const kindOf = (code: number): number =>
  code < TABLE_SIZE
    ? TABLE[code]!
    : code === APOSTROPHE
      ? INNER
      : (code >= 0x2000 && code < 0x2c00) || (code >= 0x3000 && code < 0x3005)
        ? 0
        : LETTER;

export const isLetter = (text: string, at: number): boolean => (kindOf(text.charCodeAt(at)) & LETTER) !== 0;
export const isCapital = (text: string, at: number): boolean => (kindOf(text.charCodeAt(at)) & CAPITAL) !== 0;
export const isDigit = (text: string, at: number): boolean => (kindOf(text.charCodeAt(at)) & DIGIT) !== 0;
export const isWordChar = (text: string, at: number): boolean => kindOf(text.charCodeAt(at)) !== 0;

/** End of the word that begins here: letters, digits, and inside of it apostrophes and hyphens. */
export function wordEnd(text: string, start: number): number {
  let end = start;
  while (end < text.length && isWordChar(text, end)) end += 1;
  while (end > start && (kindOf(text.charCodeAt(end - 1)) & INNER) !== 0) end -= 1;
  return end;
}

/** Begin of the word that ends here. */
export function wordStart(text: string, end: number): number {
  let start = end;
  while (start > 0 && isWordChar(text, start - 1)) start -= 1;
  return start;
}

/** Place of the next capital letter from here that begins a word; the text's length where there is none. */
export function nextCapital(text: string, from: number): number {
  let at = from;
  let inside = at > 0 && (kindOf(text.charCodeAt(at - 1)) & (LETTER | DIGIT)) !== 0;
  for (; at < text.length; at += 1) {
    const kind = kindOf(text.charCodeAt(at));
    if (kind & CAPITAL && !inside) return at;
    inside = (kind & (LETTER | DIGIT)) !== 0;
  }
  return at;
}

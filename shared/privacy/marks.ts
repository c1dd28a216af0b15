/** Classes of ASCII characters, and marks of a text in which they occur. */
export const LETTER = 1;
export const CAPITAL = 2;
export const DIGIT = 4;
/** Letters, digits and the marks of keys and addresses. */
export const TOKEN = 8;
/** Between the digits of one number. */
export const SEPARATOR = 16;
/** `@`, or the percent sign that may begin it. */
export const AT = 32;
export const EQUALS = 64;
export const COLON = 128;
/** `_` and `-`. */
export const JOINS = 256;
export const DOT = 512;

/** What a phone number may open with: `+` and `(`. */
export const OPENS = 1 << 10;
/** Two colons as near as in an IPv6 address. */
export const COLONS = 1 << 12;
/** An equals sign, or a colon behind a quotation mark. */
export const ASSIGNS = 1 << 11;
/** Capitals and digits in one token, as in national codes. */
export const CODE = 1 << 13;
/** Tokens of so many characters. */
export const TOKEN_12 = 1 << 14;
export const TOKEN_17 = 1 << 15;

/** Words, by their first letters, that say what a number behind or before them is. */
export const BEARER = 1 << 16;
export const SAYS_CODE = 1 << 17;
export const SAYS_PHONE = 1 << 18;
export const SAYS_PHONE_AFTER = 1 << 19;
export const SAYS_BIRTH = 1 << 20;
export const SAYS_ADDRESS = 1 << 21;
export const SAYS_UNIT = 1 << 22;
export const SAYS_POST = 1 << 23;
export const SAYS_AXIS = 1 << 24;

export const ASCII = Uint16Array.from({ length: 128 }, (_, code) => {
  const char = String.fromCharCode(code);
  return (
    (/[A-Za-z]/.test(char) ? LETTER : 0) |
    (/[A-Z]/.test(char) ? CAPITAL : 0) |
    (/\d/.test(char) ? DIGIT : 0) |
    (/[\w.~+/:-]/.test(char) ? TOKEN : 0) |
    (/[ ().,/+'"-]/.test(char) ? SEPARATOR : 0) |
    (/[@%]/.test(char) ? AT : 0) |
    (char === '=' ? EQUALS | ASSIGNS : 0) |
    (char === ':' ? COLON : 0) |
    (/[_-]/.test(char) ? JOINS : 0) |
    (char === '.' ? DOT : 0) |
    (/[+(]/.test(char) ? OPENS : 0)
  );
});

/** The first three letters of the words, of shorter ones all. */
const WORDS: readonly (readonly [number, string])[] = [
  [BEARER, 'bea bas'],
  [SAYS_CODE, 'one ver sec log acc sig con aut sms fa otp'],
  [SAYS_PHONE, 'pho mob cel tel fax des off cal ans rea mes'],
  [SAYS_PHONE_AFTER, 'off fax mob cel hom wor'],
  [SAYS_BIRTH, 'd do dob bor bir geb n ne nee dat nac fec nas nat f syn uro'],
  [SAYS_ADDRESS, 'add liv res loc del shi cor'],
  [SAYS_UNIT, 'sui apa app apt p po pob pos bo boi'],
  [SAYS_POST, 'apo fpo dpo'],
  [SAYS_AXIS, 'lat lon lng'],
];
const SLOTS_BITS = 12;
/** Words may share a slot: a mark too many costs time only. */
const BY_SLOT = new Uint32Array(1 << SLOTS_BITS);

const slot = (first: number, second: number, third: number): number =>
  Math.imul((first & 31) | ((second & 31) << 5) | ((third & 31) << 10), 0x9e3779b1) >>> (32 - SLOTS_BITS);

/** Marks of the run of ASCII letters in these bounds. */
export const wordMarks = (codes: ArrayLike<number>, from: number, to: number): number =>
  BY_SLOT[slot(codes[from]!, to - from > 1 ? codes[from + 1]! : 0, to - from > 2 ? codes[from + 2]! : 0)]!;

for (const [mark, words] of WORDS)
  for (const word of words.split(' '))
    BY_SLOT[slot(word.charCodeAt(0), word.charCodeAt(1) || 0, word.charCodeAt(2) || 0)]! |= mark;

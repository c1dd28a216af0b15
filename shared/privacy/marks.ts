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
/** Tokens of so many characters; the last with a digit. */
export const TOKEN_12 = 1 << 14;
export const TOKEN_17 = 1 << 15;
export const TOKEN_20 = 1 << 27;
/** `your`, behind a code. */
export const SAYS_YOURS = 1 << 29;
/** A word that may be the beginning of a JWT. */
export const OPENS_JWT = 1 << 28;

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
/** Words, by their first letters, that keys begin with. */
export const OPENS_KEY = 1 << 25;
export const OPENS_CLOUD_KEY = 1 << 26;

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

/** The first letters of the words, so many as count; of shorter ones all. */
const WORDS: readonly (readonly [number, string])[] = [
  [BEARER, 'beare basic'],
  [
    SAYS_CODE,
    'one verif secur log login acces sign signi confi authe autho sms fa otp code pin passc tan codig digo codic kode tigun besta siche einma anmel freig zugan enter use type',
  ],
  [SAYS_YOURS, 'your'],
  [SAYS_PHONE, 'phone mobil cell tel telep fax desk offic call answe reach messa'],
  [SAYS_PHONE_AFTER, 'offic fax mobil cell home work'],
  [
    SAYS_BIRTH,
    'd do dob born birth geb gebor gebur n ne nee naiss nacid nacim nasci nato nata geboo f synty urodz naroz',
  ],
  [SAYS_ADDRESS, 'addre live lives livin resid locat deliv ship ships shipp corne'],
  [SAYS_UNIT, 'suite apart appt apt p po pob pobox postf bo boite'],
  [SAYS_POST, 'apo fpo dpo'],
  [SAYS_AXIS, 'lat latit lon long longi lng'],
  [
    OPENS_KEY,
    'sk pk rk secre publi ghp gho ghu ghs ghr pat glpat xoxa xoxb xoxe xoxo xoxp xoxr xoxs npm hf v shpat whsec',
  ],
];
/** By their first two letters, whatever follows: what the keys of clouds begin with. */
const CLOUD_KEYS = 'ak as ai sg';
const JWT = 'ey';
const COUNTING = 5;
const SLOT_BITS = 12;
/** Words may share a slot: a mark too many costs time only. */
const BY_SLOT = new Uint32Array(1 << SLOT_BITS);
/** LETTER where any of the words begins with these two letters. */
const BY_PAIR = new Uint32Array(1 << 10);

const LETTER_BITS = 5;
const PAIR_SHIFT = (COUNTING - 2) * LETTER_BITS;
/** By length of a word, the bits that its letters take. */
const BITS = Uint32Array.from({ length: COUNTING + 1 }, (_, letters) => {
  const left = (COUNTING - letters) * LETTER_BITS;
  return (2 ** (COUNTING * LETTER_BITS) - 1) & ~(2 ** left - 1);
});

/** The first letters of a word, in one number. No loop: engines guess its end wrongly at every other word. */
const packed = (codes: ArrayLike<number>, from: number, to: number): number =>
  (((codes[from]! & 31) << 20) |
    ((codes[from + 1]! & 31) << 15) |
    ((codes[from + 2]! & 31) << 10) |
    ((codes[from + 3]! & 31) << 5) |
    (codes[from + 4]! & 31)) &
  BITS[Math.min(to - from, COUNTING)]!;
const slotOf = (letters: number): number => Math.imul(letters, 0x9e3779b1) >>> (32 - SLOT_BITS);

/** Marks of the run of ASCII letters in these bounds. */
export function wordMarks(codes: ArrayLike<number>, from: number, to: number): number {
  const letters = packed(codes, from, to);
  const pair = BY_PAIR[letters >>> PAIR_SHIFT]!;
  // The bit of LETTER, made a mask of all.
  return pair | (BY_SLOT[slotOf(letters)]! & -(pair & LETTER));
}

const lettersOf = (word: string): number =>
  packed(
    Array.from(word.padEnd(COUNTING), (char) => char.charCodeAt(0)),
    0,
    word.length,
  );
for (const [mark, words] of WORDS)
  for (const letters of words.split(' ').map(lettersOf)) {
    BY_PAIR[letters >>> PAIR_SHIFT]! |= LETTER;
    BY_SLOT[slotOf(letters)]! |= mark;
  }
for (const letters of CLOUD_KEYS.split(' ').map(lettersOf)) BY_PAIR[letters >>> PAIR_SHIFT]! |= OPENS_CLOUD_KEY;
BY_PAIR[lettersOf(JWT) >>> PAIR_SHIFT]! |= OPENS_JWT;

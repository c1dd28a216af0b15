import {
  ASCII,
  ASSIGNS,
  CAPITAL,
  CODE,
  COLONS,
  LETTER,
  SEPARATOR,
  TOKEN,
  TOKEN_12,
  TOKEN_17,
  TOKEN_20,
  wordMarks,
} from './marks.ts';
import { MAX_SURVEY_CHARS, readCodes } from './read-codes.ts';
import { inCode, isCode, shapeOf, withDigits } from './shapes.ts';
import { type Codes, kindOf } from './words.ts';

/** Begin and end of the group that each capital is in; an end of 0 where nothing is known. */
export interface Groups {
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
}

/** What one pass over a text tells: which detectors can find anything in it, and where they need to look. */
export interface Survey {
  readonly text: string;
  /** Its UTF-16 units, and a 0 behind them. */
  readonly codes: Codes;
  /** What occurs. */
  readonly marks: number;
  /** Most digits of one number, over the separators that numbers are written with. */
  readonly cluster: number;
  /** Begins of the runs of digits, what each looks like and is followed by, and what any of them looks like. */
  readonly numbers: ArrayLike<number>;
  readonly shapes: ArrayLike<number>;
  readonly numberCount: number;
  readonly anyShape: number;
  /** Capital letters that begin a word. */
  readonly capitals: ArrayLike<number>;
  readonly capitalCount: number;
  /** Of each capital that is in a group of words without a name: where the group begins and ends. Written by who looks for names. */
  readonly groups: Groups;
}

const SPACE = 32;
const COLON = 58;
const QUOTE = 34;
const APOSTROPHE = 39;
const Z = 90;
/** Bit that small letters have. */
const LOWER_BIT = 5;
const LOWER = 1 << LOWER_BIT;
const isAsciiLetter = (code: number): boolean => (((code | LOWER) - 97) & 0xffff) < 26;
/** Of colons in an IPv6 address, and of a colon from the quotation mark before it. */
const NEAR_COLON = 5;
const NEAR_QUOTE = 4;

function quoteBefore(codes: Codes, colon: number): boolean {
  for (let at = Math.max(0, colon - NEAR_QUOTE); at < colon; at += 1)
    if (codes[at] === QUOTE || codes[at] === APOSTROPHE) return true;
  return false;
}

// Used again for each text. Engines read an array of numbers several times as fast as a string.
export const createPlaces = () => ({
  codes: new Uint16Array(MAX_SURVEY_CHARS + 1),
  numbers: new Uint32Array(MAX_SURVEY_CHARS),
  shapes: new Uint32Array(MAX_SURVEY_CHARS),
  capitals: new Uint32Array(MAX_SURVEY_CHARS),
  groups: { starts: new Uint32Array(MAX_SURVEY_CHARS), ends: new Uint32Array(MAX_SURVEY_CHARS) },
});
const { codes, numbers, shapes, capitals, groups } = createPlaces();
/** Digits of the same cluster before each number. */
const befores = new Uint32Array(MAX_SURVEY_CHARS);

/** Tells each number since the first how many digits come from it on. */
function closeCluster(first: number, count: number, digits: number): void {
  for (let index = first; index < count; index += 1)
    shapes[index] = withDigits(shapes[index]!, digits - befores[index]!);
}

const SHORTEST_TOKEN = 12;
const tokenMarks = (length: number, digit: boolean): number =>
  length < SHORTEST_TOKEN ? 0 : TOKEN_12 | (length >= 17 ? TOKEN_17 : 0) | (length >= 20 && digit ? TOKEN_20 : 0);

/** Looks over a text; what this says of it is good until the next. */
export function survey(text: string): Survey {
  const { length } = text;
  readCodes(text, codes);
  let numberCount = 0;
  let capitalCount = 0;
  let marks = 0;
  let anyShape = 0;
  let digits = 0;
  let first = 0;
  let cluster = 0;
  let token = 0;
  let lastDigit = -1;
  let colon = -NEAR_COLON;
  /** LOWER inside of a word, else 0. */
  let inside = 0;
  for (let at = 0; at < length; ) {
    const from = at;
    const code = codes[at]!;
    at += 1;
    if (code === SPACE) {
      if (from - token >= SHORTEST_TOKEN) marks |= tokenMarks(from - token, lastDigit >= token);
      token = at;
      inside = 0;
    } else if (isAsciiLetter(code)) {
      let common = code;
      for (let next = codes[at]!; isAsciiLetter(next); next = codes[at]!) {
        common &= next;
        at += 1;
      }
      // Without branches, which engines would guess wrongly; what is written behind the last place does not count.
      marks |= wordMarks(codes, from, at) | (((~common & LOWER) >> LOWER_BIT) * CAPITAL);
      capitals[capitalCount] = from;
      groups.ends[capitalCount] = 0;
      capitalCount += (~(code | inside) & LOWER) >> LOWER_BIT;
      if ((codes[from + 1]! | ((code & LOWER) << 2)) <= Z && isCode(codes, from)) marks |= CODE;
      if (digits > 0) {
        closeCluster(first, numberCount, digits);
        digits = 0;
      }
      inside = LOWER;
    } else if (code >= 48 && code <= 57) {
      while (codes[at]! >= 48 && codes[at]! <= 57) at += 1;
      const shape = shapeOf(codes, from, at);
      if (digits === 0) first = numberCount;
      befores[numberCount] = digits;
      numbers[numberCount] = from;
      shapes[numberCount] = shape;
      numberCount += 1;
      anyShape |= shape;
      digits += at - from;
      if (digits > cluster) cluster = digits;
      if (inCode(codes, from, at)) marks |= CODE;
      lastDigit = from;
      inside = LOWER;
    } else {
      const kind = code < 128 ? ASCII[code]! : kindOf(code) & CAPITAL;
      marks |= kind;
      if (digits > 0 && !(kind & SEPARATOR)) {
        closeCluster(first, numberCount, digits);
        digits = 0;
      }
      if (!(kind & TOKEN)) {
        if (from - token >= SHORTEST_TOKEN) marks |= tokenMarks(from - token, lastDigit >= token);
        token = at;
      }
      if (code === COLON) {
        if (from - colon <= NEAR_COLON) marks |= COLONS;
        if (quoteBefore(codes, from)) marks |= ASSIGNS;
        colon = from;
      }
      if (code < 128) inside = 0;
      else {
        if (kind & CAPITAL && inside === 0) {
          capitals[capitalCount] = from;
          groups.ends[capitalCount] = 0;
          capitalCount += 1;
        }
        inside = (kindOf(code) & LETTER) * LOWER;
      }
    }
  }
  if (digits > 0) closeCluster(first, numberCount, digits);
  marks |= tokenMarks(length - token, lastDigit >= token);
  return { text, codes, marks, cluster, numbers, shapes, numberCount, anyShape, capitals, capitalCount, groups };
}

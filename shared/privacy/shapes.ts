import { ASCII, CAPITAL, DIGIT, LETTER } from './marks.ts';
import type { Codes } from './words.ts';

/** What a run of digits looks like, in bits: its length, what stands before it and what behind. */
const MAX_LENGTH = 16;
export const AFTER_LETTER = 1 << 17;
export const AFTER_SPACE = 1 << 18;
/** Separator and another digit behind it. */
export const SPACE_NEXT = 1 << 19;
export const DOT_NEXT = 1 << 20;
export const HYPHEN_NEXT = 1 << 21;
export const SLASH_NEXT = 1 << 22;
export const PLUS_NEXT = 1 << 23;
export const LETTER_NEXT = 1 << 24;
export const DEGREE_NEXT = 1 << 25;
/** Any of the above. */
export const ANY_SHAPE = (1 << 26) - 1;

/** Above them: how many digits come from here on, over the separators that numbers are written with. */
const DIGITS_SHIFT = 26;
const MOST_DIGITS = 63;
export const digitsOf = (shape: number): number => shape >>> DIGITS_SHIFT;
export const withDigits = (shape: number, digits: number): number =>
  (shape & ANY_SHAPE) | (Math.min(digits, MOST_DIGITS) << DIGITS_SHIFT);

const DEGREE = 0xb0;
const SPACE = 32;
const HYPHEN = 45;
const BEHIND = new Uint32Array(128);
for (const [char, bit] of [
  [' ', SPACE_NEXT],
  ['.', DOT_NEXT],
  ['-', HYPHEN_NEXT],
  ['/', SLASH_NEXT],
  ['+', PLUS_NEXT],
] as const)
  BEHIND[char.charCodeAt(0)] = bit;

/** Runs of one of these lengths; 16 stands for 16 and more. */
export const lengths = (from: number, to = from): number => {
  let bits = 0;
  for (let length = from; length <= to; length += 1) bits |= 1 << Math.min(length, MAX_LENGTH);
  return bits;
};

export function shapeOf(codes: Codes, from: number, to: number): number {
  const before = from > 0 ? codes[from - 1]! : 0;
  const behind = codes[to]!;
  let shape = 1 << Math.min(to - from, MAX_LENGTH);
  if (before === SPACE) shape |= AFTER_SPACE;
  else if (before < 128 && ASCII[before]! & LETTER) shape |= AFTER_LETTER;
  if (behind === DEGREE) return shape | DEGREE_NEXT;
  if (behind >= 128) return shape;
  if (ASCII[behind]! & LETTER) return shape | LETTER_NEXT;
  const next = behind === 0 ? 0 : codes[to + 1]!;
  return next < 128 && ASCII[next]! & DIGIT ? shape | BEHIND[behind]! : shape;
}

/** Class of the ASCII character there; 0 for others and beyond the ends. */
export const kindAt = (codes: Codes, at: number): number => {
  const code = at < 0 ? 0 : codes[at]!;
  return code < 128 ? ASCII[code]! : 0;
};

const LEAST_CODE = 8;

/** Whether so many capitals and digits stand here in a row that they may be a code. */
export function isCode(codes: Codes, from: number): boolean {
  const to = from + LEAST_CODE;
  let at = from;
  while (at < to && kindAt(codes, at) & (CAPITAL | DIGIT)) at += 1;
  return at === to;
}

/** Whether a run of digits may be of a code: before or behind capitals, at once or in groups, or as long as China's. */
export function inCode(codes: Codes, from: number, to: number): boolean {
  if (kindAt(codes, to) & CAPITAL) return isCode(codes, from);
  if (codes[to] === HYPHEN) return (kindAt(codes, to + 1) & CAPITAL) !== 0;
  return (
    to - from === 18 || (to - from === 2 && codes[from - 1] === SPACE && (kindAt(codes, from - 2) & CAPITAL) !== 0)
  );
}

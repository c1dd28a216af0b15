import { lengths } from '../shapes.ts';
import type { Survey } from '../survey.ts';
import { asciiSet, type Codes, isDigit, isLetter } from '../words.ts';
import { addressEnd } from './address-end.ts';
import { atNumbers } from './by-number.ts';
import type { Detector, Span } from './detector.ts';
import { needs } from './detector.ts';
import { streetAfter, streetBefore } from './street-words.ts';

const SPACE = 32;
const COMMA = 44;
const PERIOD = 46;
const ZERO = 48;
const ONE = 49;
const TWO = 50;
const NINE = 57;

/** Numbers that could be those of houses: not in other numbers, amounts, times or ids. */
const NUMBER = /(?<![\p{L}\d.,:/#$€£-])\d{1,6}(?:[/-]\d{1,4})?\p{L}?(?![\p{L}\d]|[.,:]\d|%)/uy;
/** Four digits that begin with 19 or 20. */
const isYear = (codes: Codes, start: number, end: number): boolean =>
  end - start === 4 &&
  isDigit(codes, start + 2) &&
  isDigit(codes, start + 3) &&
  ((codes[start] === ONE && codes[start + 1] === NINE) || (codes[start] === TWO && codes[start + 1] === ZERO));
const MAX_DIGITS = 6;
const NOT_BEFORE = asciiSet(/[.,:/#$-]/);
/** Behind a number and no part of it, unless a digit follows. */
const STOPS = asciiSet(/[.,:]/);
const NOT_PLAIN_BEHIND = asciiSet(/[.,:/%-]/);

/** End of the number of a house that begins here, else 0; most are told without the pattern. */
function houseNumberEnd({ text, codes }: Survey, index: number): number {
  const before = index > 0 ? codes[index - 1]! : 0;
  if (before < 128 && (NOT_BEFORE[before] === 1 || isLetter(codes, index - 1) || isDigit(codes, index - 1))) return 0;
  let end = index;
  while (codes[end]! >= 48 && codes[end]! <= 57) end += 1;
  if (end - index > MAX_DIGITS) return 0;
  const behind = codes[end]!;
  if (end > index && before < 128 && behind < 128) {
    const letter = isLetter(codes, end);
    const last = letter ? codes[end + 1]! : behind;
    const to = end + Number(letter);
    if (letter && (isLetter(codes, to) || isDigit(codes, to))) return 0;
    if (last < 128 && NOT_PLAIN_BEHIND[last] === 0) return to;
    if (STOPS[last] === 1) return isDigit(codes, to + 1) ? 0 : to;
  }
  NUMBER.lastIndex = index;
  return NUMBER.test(text) ? NUMBER.lastIndex : 0;
}
/** A second number of the house, as some countries have it. */
const SECOND_NUMBER = / \d{1,5}\p{L}?(?![\p{L}\d])\.?/uy;

/** End of the house number that stands right before here, and its begin. */
function houseBefore(codes: Codes, at: number): number {
  let end = at;
  while (end > 0 && at - end < 3 && (codes[end - 1] === SPACE || codes[end - 1] === COMMA)) end -= 1;
  let start = end;
  while (start > 0 && end - start < 7 && isDigit(codes, start - 1)) start -= 1;
  return start === end || end === at ? at : start;
}

function street(survey: Survey, index: number, from: number): Span | undefined {
  const { text, codes } = survey;
  const numberEnd = houseNumberEnd(survey, index);
  if (numberEnd === 0) return undefined;
  const after = isLetter(codes, numberEnd + 1) || isLetter(codes, numberEnd + 2) ? streetAfter(survey, numberEnd) : 0;
  const before =
    after === 0 && isLetter(codes, index - 2 - Number(codes[index - 2] === PERIOD)) && !isYear(codes, index, numberEnd)
      ? streetBefore(survey, index)
      : -1;
  if (after === 0 && before < 0) return undefined;
  let end = after || numberEnd;
  if (after > 0 && codes[end] === SPACE && isDigit(codes, end + 1)) {
    SECOND_NUMBER.lastIndex = end;
    if (SECOND_NUMBER.test(text)) end = SECOND_NUMBER.lastIndex;
  }
  return { start: Math.max(houseBefore(codes, before < 0 ? index : before), from), end: addressEnd(survey, end) };
}

/** Found by words of several languages that stand beside the number of a house. */
export const STREET: Detector = {
  kind: 'address',
  name: 'street',
  needs: needs(1),
  ...atNumbers({ lengths: lengths(1, 6) }, street),
};

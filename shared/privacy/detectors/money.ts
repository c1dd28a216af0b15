import { base36, iban, luhn, type Values } from '../checks.ts';
import { LETTER } from '../marks.ts';
import { AFTER_LETTER, lengths } from '../shapes.ts';
import type { Codes } from '../words.ts';
import { atNumbers } from './by-number.ts';
import { type Detector, needs, type Place } from './detector.ts';

interface Grouped {
  readonly place: Place;
  /** Shortest and longest, without separators. */
  readonly min: number;
  readonly max: number;
  /** Groups that people write it in; more of them are something else. */
  readonly maxGroups: number;
  /** Character that may stand between groups beside a space. */
  readonly separator: number;
  /** Highest value of a character: 9 for digits only, 35 with letters. */
  readonly highest: number;
  /** Whether one may begin here. */
  readonly begins: (codes: Codes, at: number) => boolean;
  readonly is: (values: Uint8Array, length: number) => boolean;
}

const SPACE = 32;
const HYPHEN = 45;

const isDigit = (codes: Codes, at: number): boolean => {
  const code = codes[at]!;
  return code >= 48 && code <= 57;
};
const isLetter = (codes: Codes, at: number): boolean => base36(codes[at]!) > 9;
const isWord = (codes: Codes, at: number): boolean => base36(codes[at]!) >= 0;

/**
 * Numbers in groups, by hand: a pattern would go over each group again for every place that it may end in. Of several ends the
 * last that passes counts, always behind a whole group.
 */
const byGroups = ({
  place,
  min,
  max,
  maxGroups,
  separator,
  highest,
  begins,
  is,
}: Grouped): Pick<Detector, 'place' | 'find'> => {
  const values = new Uint8Array(max + 1);
  const fits = (codes: Codes, at: number): boolean => {
    const value = base36(codes[at]!);
    return value >= 0 && value <= highest;
  };
  function endFrom(codes: Codes, start: number): number {
    let best = 0;
    let length = 0;
    let groups = 1;
    for (let at = start; length <= max; at += 1) {
      const code = codes[at]!;
      const value = base36(code);
      if (value >= 0 && value <= highest) {
        values[length] = value;
        length += 1;
        continue;
      }
      if (length >= min && value < 0 && is(values, length)) best = at;
      groups += 1;
      if (groups > maxGroups || (code !== SPACE && code !== separator) || !fits(codes, at + 1)) break;
    }
    return best;
  }
  return atNumbers(place, ({ codes }, start) => {
    const end = begins(codes, start) ? endFrom(codes, start) : 0;
    return end > 0 ? { start, end } : undefined;
  });
};

/** Networks whose cards have 12 digits (Maestro); others begin at 13. */
const maestro = (digits: Values): boolean =>
  digits[0] === 6 ||
  (digits[0] === 5 && (digits[1] === 0 || (digits[1]! >= 6 && digits[1]! <= 8))) ||
  (digits[0] === 0 && digits[1] === 6 && digits[2] === 0 && digits[3] === 4);

const card = (digits: Values, length: number): boolean => {
  if (!luhn(digits, length) || (length === 12 && !maestro(digits))) return false;
  for (let at = 0; at < length; at += 1) if (digits[at] !== 0) return true;
  return false;
};

export const MONEY: readonly Detector[] = [
  {
    kind: 'iban',
    name: 'iban',
    needs: needs(2),
    ...byGroups({
      place: { lengths: lengths(2, 16), around: AFTER_LETTER, lead: LETTER },
      min: 15,
      max: 34,
      maxGroups: 9,
      separator: SPACE,
      highest: 35,
      begins: (codes, at) =>
        isDigit(codes, at + 2) &&
        isDigit(codes, at + 3) &&
        isLetter(codes, at) &&
        isLetter(codes, at + 1) &&
        (at === 0 || !isWord(codes, at - 1)),
      is: iban,
    }),
  },
  {
    kind: 'card',
    name: 'card',
    needs: needs(12),
    ...byGroups({
      place: { lengths: lengths(2, 16), digits: 12 },
      min: 12,
      max: 19,
      maxGroups: 6,
      separator: HYPHEN,
      highest: 9,
      begins: (codes, at) => isDigit(codes, at) && isDigit(codes, at + 1) && (at === 0 || !isDigit(codes, at - 1)),
      is: card,
    }),
  },
];

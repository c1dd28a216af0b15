import { AT, OPENS, SAYS_PHONE, SAYS_PHONE_AFTER } from '../marks.ts';
import { lengths } from '../shapes.ts';
import { asciiSet, type Codes, createEndings, isDigit, isSpace } from '../words.ts';
import { numbersBy } from './by-number.ts';
import { all, byPattern } from './by-pattern.ts';
import { type Detector, needs } from './detector.ts';

const SPACE = 32;
const OPENING = 40;
const ZERO = 48;
const AREA_CODE = /^(?:1[-. ]?)?(?:\(\d{3}\) ?|\d{3}[-. ])\d{3}[-. ]\d{4}$/;
const SHORT_AREA_CODE = /^\(\d{2,4}\) ?\d{3,4}[- ]\d{3,4}$/;
const SPACES = asciiSet(/[ -]/);
const DOTS = asciiSet(/\./);
const isDigitCode = (code: number): boolean => code >= 48 && code <= 57;
/** Makes one word or number of what stands before and behind it. */
const GLUES = asciiSet(/[\w.+-]/);
const INTRODUCES = asciiSet(/[:.#]/);
const SEPARATES = asciiSet(/[ )./-]/);
const MAX_PHONE_CHARS = 22;

const DATE = /^(?:(?:19|20)\d\d[/.-]\d{1,2}[/.-]\d{1,2}|\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)?\d\d)(?![\d./-])/;

const SEPARATES_DATE = asciiSet(/[/.-]/);
/** Whether the first group has as many digits as those of dates; most numbers are told without the pattern. */
const isDate = (number: string): boolean =>
  (SEPARATES_DATE[number.charCodeAt(1)] === 1 ||
    SEPARATES_DATE[number.charCodeAt(2)] === 1 ||
    SEPARATES_DATE[number.charCodeAt(4)] === 1) &&
  DATE.test(number);

/** Whether digits stand in groups of two to four, so many at the least, with nothing but these marks between them. */
function grouped(number: string, separators: Uint8Array, least: number): boolean {
  let groups = 1;
  let length = 0;
  for (let at = 0; at < number.length; at += 1) {
    const code = number.charCodeAt(at);
    if (isDigitCode(code)) length += 1;
    else if (separators[code] === 1 && length >= 2 && length <= 4) {
      groups += 1;
      length = 0;
    } else return false;
  }
  return groups >= least && length >= 2 && length <= 4;
}

function digitsIn(number: string): number {
  let count = 0;
  for (let at = 0; at < number.length; at += 1) if (isDigitCode(number.charCodeAt(at))) count += 1;
  return count;
}

/** E.164, or national as people group it: an area code, or three and more groups; not dates, not plain numbers. */
function phone(match: string): boolean {
  const opening = match.indexOf('(');
  if (opening >= 0 && match.includes('(', opening + 1)) return false;
  const number = match.includes('x') ? match.replace(/\s?x\d+$/, '') : match;
  const digits = digitsIn(number);
  if (digits < 7 || digits > 15 || isDate(number)) return false;
  if (number.startsWith('+') || number.startsWith('00')) return digits >= 8;
  if ((digits === 10 || digits === 11) && AREA_CODE.test(number)) return true;
  if (opening === 0 && SHORT_AREA_CODE.test(number)) return true;
  const first = opening === 0 ? 1 : 0;
  const isTrunk = number.charCodeAt(first) === ZERO && isDigitCode(number.charCodeAt(first + 1));
  if (isTrunk && digits >= 9 && /[ ()/-]/.test(number)) return true;
  return digits >= 8 && digits <= 12 && (grouped(number, SPACES, 3) || grouped(number, DOTS, 5));
}

/** Whether the last word before may be one that a phone's number follows. */
const endsPhone = createEndings('ne le ll el ax sk ce ng ch ge es me er on at to is');
function followsPhone(codes: Codes, number: number): boolean {
  let at = number;
  while (at > 0 && number - at < 6 && (isSpace(codes[at - 1]!) || INTRODUCES[codes[at - 1]!] === 1)) at -= 1;
  return at < number && endsPhone(codes, at);
}

const standsAlone = (codes: Codes, at: number): boolean =>
  at === 0 || codes[at - 1]! >= 128 || GLUES[codes[at - 1]!] === 0;

/** Whether a number by itself may be a phone's: of three groups, or opening as such numbers do. */
function mayBePhone(codes: Codes, at: number): boolean {
  if (!standsAlone(codes, at)) return false;
  const first = codes[at]!;
  if (!isDigit(codes, at)) return true;
  if (codes[at - 1] === SPACE && isDigit(codes, at - 2)) return false;
  if (first === ZERO) return true;
  let separators = 0;
  for (let end = at + 1; end - at < MAX_PHONE_CHARS; end += 1) {
    const code = codes[end]!;
    if (code === OPENING) return true;
    if (isDigit(codes, end)) continue;
    if (code >= 128 || SEPARATES[code] === 0) return false;
    separators += 1;
    if (separators > 1) return true;
  }
  return false;
}

const IN_PHONE = asciiSet(/[\d ()./-]/);
const SHORTEST_PHONE = 7;
/** Whether so many characters stand here in a row as a number has at the least. */
function mayBeLong(codes: Codes, at: number): boolean {
  let end = at;
  while (end - at < SHORTEST_PHONE && IN_PHONE[codes[end]!] === 1) end += 1;
  return end - at === SHORTEST_PHONE && standsAlone(codes, at);
}

export const EMAIL: Detector = {
  kind: 'email',
  name: 'email',
  needs: needs(0, AT),
  find: byPattern(
    /[@%]/,
    /(?:@|%40)(?<=(?<before>[\p{L}\p{N}._%+'-]{1,64})(?:@|%40))(?:[\p{L}\p{N}-]{1,63}\.){1,8}\p{L}{2,24}/uy,
  ),
};

const ANY = { lengths: lengths(1, 16), lead: OPENS };

export const PHONES: readonly Detector[] = [
  {
    kind: 'phone',
    name: 'phone by its form',
    needs: needs(7),
    ...numbersBy(
      { ...ANY, digits: 7, may: mayBePhone },
      /(?<![\w.+-])(?:\+\(?|\(|(?<!\d ))\d[\d ()./-]{5,20}\d(?:\s?x\d{1,5})?(?!\w)/y,
      all(phone),
    ),
  },
  {
    kind: 'phone',
    name: 'phone after a word',
    needs: needs(6, SAYS_PHONE),
    ...numbersBy(
      { ...ANY, may: followsPhone },
      /(?<=\b(?:phone|mobile|cell|tel|telephone|fax|desk|office|call|answering|reach|messages?)(?: me)?(?: number)?(?: on| at| to| is)?[:.#\s]{1,6})\+?\(?\d[\d ()./-]{4,20}\d(?:\s?x\d{1,5})?(?!\w)/iy,
    ),
  },
  {
    kind: 'phone',
    name: 'phone before a word',
    needs: needs(7, SAYS_PHONE_AFTER),
    ...numbersBy(
      { lengths: ANY.lengths, may: mayBeLong },
      /(?<![\w.+-])(?<it>\d[\d ()./-]{5,20}\d)[ -](?:office|fax|mobile|cell|home|work)\b/iy,
    ),
  },
];

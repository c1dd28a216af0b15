import { AT, OPENS, SAYS_PHONE, SAYS_PHONE_AFTER } from '../marks.ts';
import { lengths } from '../shapes.ts';
import { type Codes, isDigit } from '../words.ts';
import { all, byPattern, type Detector, needs, numbersBy } from './detector.ts';

const asciiSet = (pattern: RegExp): Uint8Array =>
  Uint8Array.from({ length: 128 }, (_, code) => Number(pattern.test(String.fromCharCode(code))));
const SPACE = 32;
const OPENING = 40;
const ZERO = 48;
/** Makes one word or number of what stands before and behind it. */
const GLUES = asciiSet(/[\w.+-]/);
const SEPARATES = asciiSet(/[ )./-]/);
const MAX_PHONE_CHARS = 22;

const DATE = /^(?:(?:19|20)\d\d[/.-]\d{1,2}[/.-]\d{1,2}|\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)?\d\d)(?![\d./-])/;

const grouped = (parts: readonly string[], least: number): boolean =>
  parts.length >= least && parts.every((part) => /^\d{2,4}$/.test(part));

function digitsIn(number: string): number {
  let count = 0;
  for (let at = 0; at < number.length; at += 1) {
    const code = number.charCodeAt(at);
    if (code >= 48 && code <= 57) count += 1;
  }
  return count;
}

/** E.164, or national as people group it: an area code, or three and more groups; not dates, not plain numbers. */
function phone(match: string): boolean {
  if (match.indexOf('(') !== match.lastIndexOf('(')) return false;
  const number = match.includes('x') ? match.replace(/\s?x\d+$/, '') : match;
  const digits = digitsIn(number);
  if (digits < 7 || digits > 15 || DATE.test(number)) return false;
  if (/^(\+|00)/.test(number)) return digits >= 8;
  if (/^(1[-. ]?)?(\(\d{3}\) ?|\d{3}[-. ])\d{3}[-. ]\d{4}$/.test(number)) return true;
  if (/^\(\d{2,4}\) ?\d{3,4}[- ]\d{3,4}$/.test(number)) return true;
  if (/^\(?0\d/.test(number) && digits >= 9 && /[ ()/-]/.test(number)) return true;
  return digits >= 8 && digits <= 12 && (grouped(number.split(/[ -]/), 3) || grouped(number.split('.'), 5));
}

/** Whether a number by itself may be a phone's: of three groups, or opening as such numbers do. */
function mayBePhone(codes: Codes, at: number): boolean {
  const before = at > 0 ? codes[at - 1]! : 0;
  if (before < 128 && GLUES[before] === 1) return false;
  const first = codes[at]!;
  if (!isDigit(codes, at)) return true;
  if (before === SPACE && isDigit(codes, at - 2)) return false;
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

export const EMAIL: Detector = {
  kind: 'email',
  name: 'email',
  needs: needs(0, AT),
  find: byPattern(
    /(?=[@%])(?:@|%40)(?<=(?<before>[\p{L}\p{N}._%+'-]{1,64})(?:@|%40))(?:[\p{L}\p{N}-]{1,63}\.){1,8}\p{L}{2,24}/gu,
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
      ANY,
      /(?<=\b(?:phone|mobile|cell|tel|telephone|fax|desk|office|call|answering|reach|messages?)(?: me)?(?: number)?(?: on| at| to| is)?[:.#\s]{1,6})\+?\(?\d[\d ()./-]{4,20}\d(?:\s?x\d{1,5})?(?!\w)/iy,
    ),
  },
  {
    kind: 'phone',
    name: 'phone before a word',
    needs: needs(7, SAYS_PHONE_AFTER),
    ...numbersBy(ANY, /(?<![\w.+-])(?<it>\d[\d ()./-]{5,20}\d)[ -](?:office|fax|mobile|cell|home|work)\b/iy),
  },
];

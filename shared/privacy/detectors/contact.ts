import { AT, OPENS, SAYS_PHONE, SAYS_PHONE_AFTER } from '../marks.ts';
import { lengths } from '../shapes.ts';
import { all, byPattern, type Detector, needs, numbersBy } from './detector.ts';

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
    find: numbersBy(ANY, /(?<![\w.+-])(?:\+\(?|\(|(?<!\d ))\d[\d ()./-]{5,20}\d(?:\s?x\d{1,5})?(?!\w)/y, all(phone)),
  },
  {
    kind: 'phone',
    name: 'phone after a word',
    needs: needs(6, SAYS_PHONE),
    find: numbersBy(
      ANY,
      /(?<=\b(?:phone|mobile|cell|tel|telephone|fax|desk|office|call|answering|reach|messages?)(?: me)?(?: number)?(?: on| at| to| is)?[:.#\s]{1,6})\+?\(?\d[\d ()./-]{4,20}\d(?:\s?x\d{1,5})?(?!\w)/iy,
    ),
  },
  {
    kind: 'phone',
    name: 'phone before a word',
    needs: needs(7, SAYS_PHONE_AFTER),
    find: numbersBy(ANY, /(?<![\w.+-])(?<it>\d[\d ()./-]{5,20}\d)[ -](?:office|fax|mobile|cell|home|work)\b/iy),
  },
];

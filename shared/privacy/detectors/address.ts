import { CAPITAL, SAYS_ADDRESS, SAYS_POST, SAYS_UNIT } from '../marks.ts';
import { AFTER_LETTER, AFTER_SPACE, lengths } from '../shapes.ts';
import { asciiSet, type Codes, createEndings, isCapital, isSpace } from '../words.ts';
import { atWordsBy, numbersBy } from './by-number.ts';
import { type Detector, needs } from './detector.ts';
import { STREET } from './street.ts';

const SPACE = 32;
const COMMA = 44;
const COLON = 58;
/** Between a unit's word and its number. */
const ENDS_NOTHING = asciiSet(/[.,]/);
const UNIT_MARKS = asciiSet(/[ .:#]/);

/** Whether a word may stand before here that says that an address follows. */
const endsPlace = createEndings('ss es is as at on in to of');
function followsPlace(codes: Codes, start: number): boolean {
  let at = start;
  while (at > 0 && start - at < 12 && (isSpace(codes[at - 1]!) || codes[at - 1] === COLON)) at -= 1;
  return at < start && endsPlace(codes, at);
}
const MAX_WORDS_BEFORE_NUMBER = 5;
/** Whether a digit stands in the first words. */
function hasNumber(match: string): boolean {
  let words = 0;
  for (let at = 0; at < match.length; at += 1) {
    const code = match.charCodeAt(at);
    if (code >= 48 && code <= 57) return true;
    if (!isSpace(code)) continue;
    words += 1;
    if (code !== SPACE || words > MAX_WORDS_BEFORE_NUMBER || isSpace(match.charCodeAt(at - 1))) return false;
  }
  return false;
}
/** Without white space and marks at its end. */
function lengthOf(match: string): number {
  let end = match.length;
  while (end > 0 && (isSpace(match.charCodeAt(end - 1)) || ENDS_NOTHING[match.charCodeAt(end - 1)] === 1)) end -= 1;
  return end;
}

/** Whether a unit's word may stand before here: by its last two letters, as most words do not. */
const endsUnit = createEndings('te nt pt ox ch do le');
function followsUnit(codes: Codes, number: number): boolean {
  let at = number;
  while (at > 0 && number - at < 3 && UNIT_MARKS[codes[at - 1]!] === 1) at -= 1;
  return endsUnit(codes, at);
}
/** Whether a state's two letters may stand before here. */
const followsState = (codes: Codes, number: number): boolean => {
  const end = number - 1 - Number(codes[number - 2] === COMMA);
  return isCapital(codes, end - 1) && isCapital(codes, end - 2);
};

const STATES =
  'A[AEKLPRZ]|C[AOT]|D[CE]|FL|G[AU]|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|P[AR]|RI|S[CD]|T[NX]|UT|V[AIT]|W[AIVY]';

/** Where people live. Found by street words of several languages beside a number; where only a word says so, from that word on. */
export const ADDRESSES: readonly Detector[] = [
  STREET,
  {
    kind: 'address',
    name: 'address after what it is',
    needs: needs(1, SAYS_ADDRESS),
    find: atWordsBy(
      followsPlace,
      /(?=[\p{Lu}\d])(?<=\b(?:(?:[Aa]ddress(?:es)?|ADDRESS)(?: is| was|:)?|[Ll]ives? (?:at|on|in)|[Ll]iving (?:at|on|in)|[Rr]esid(?:es|ed|ing|e) (?:at|on|in)|[Ll]ocated (?:at|on)|[Dd]elivered to|[Ss]hip(?:s|ped)? to|[Dd]eliver to|corner of)[:\s]{1,12})(?=[^\n]{0,60}\d)[^\n;?!"[]{3,80}/uy,
      (match) => (hasNumber(match) ? lengthOf(match) : 0),
    ),
  },
  {
    kind: 'address',
    name: 'unit',
    needs: needs(1, SAYS_UNIT),
    ...numbersBy(
      { lengths: lengths(1, 7), may: followsUnit },
      /(?<=(?<before>\b(?:[Ss]uite|SUITE|[Aa]partment|[Aa]ppt|[Aa]pt|APT|[Pp]\.? ?[Oo]\.? ?(?:[Bb]ox|BOX)|[Pp]ostfach|[Aa]partado|[Bb]o[iî]te postale)[.:#]? ?#?))\d{1,7}[A-Za-z]?(?!\w)/y,
    ),
  },
  {
    kind: 'address',
    name: 'military post',
    needs: needs(5, SAYS_POST),
    ...numbersBy(
      { lengths: lengths(5, 16), around: AFTER_SPACE },
      /(?<=(?<!\p{L})(?<before>(?:(?:psc|unit|cmr|uss \p{L}{1,20}|usns \p{L}{1,20}|usnv \p{L}{1,20}|uscgc \p{L}{1,20})(?: \d{1,5})?,? ?(?:box \d{1,5})?,?\s{1,4})?(?:apo|fpo|dpo),? a[aep],? ))\d{5}(?:-\d{4})?/iuy,
    ),
  },
  {
    kind: 'address',
    name: 'place with postal code',
    needs: needs(5, CAPITAL),
    ...numbersBy(
      { lengths: lengths(5), around: AFTER_SPACE, may: followsState },
      new RegExp(
        String.raw`(?<=(?<before>(?:\p{Lu}[\p{L}'’-]{1,24} ){0,3}\p{Lu}[\p{L}'’-]{1,24},? (?:${STATES}),? ))\d{5}(?:-\d{4})?(?!\d)`,
        'uy',
      ),
    ),
  },
  {
    kind: 'address',
    name: 'postal code with letters',
    needs: needs(1, CAPITAL),
    ...numbersBy(
      { lengths: lengths(1, 2), around: AFTER_LETTER, lead: CAPITAL },
      /(?=[A-Z]\d|[A-Z]{2}\d)(?<![A-Z\d-])(?:(?:GIR 0AA|[A-PR-UWYZ](?:\d[\dA-HJKSTUW]?|[A-HK-Y]\d[\dABEHMNPRV-Y]?) \d[ABD-HJLNP-UW-Z]{2})|[ABCEGHJ-NPRSTVXY]\d[A-Z] \d[A-Z]\d)(?![A-Z\d])/y,
    ),
  },
];

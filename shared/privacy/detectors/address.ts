import { CAPITAL, SAYS_ADDRESS, SAYS_POST, SAYS_UNIT } from '../marks.ts';
import { AFTER_LETTER, AFTER_SPACE, lengths } from '../shapes.ts';
import type { Survey } from '../survey.ts';
import {
  type Codes,
  createEndings,
  isCapital,
  isDigit,
  isLetter,
  isSpace,
  isWordChar,
  wordEnd,
  wordStart,
} from '../words.ts';
import { atNumbers, atWordsBy, type Detector, needs, numbersBy, type Span } from './detector.ts';
import { lettersOf, type Word } from './names/lexicon.ts';
import { AFTER, AFTER_CAPITAL, BEFORE, isGlued, PARTICLE, plainStreetWord, streetWord, UNIT } from './streets.ts';

/** Words looked at for a street's name, at the most. */
const MAX_WORDS_AFTER = 6;
const MAX_WORDS_BEFORE = 5;

const NEWLINE = 10;
const SPACE = 32;
const COMMA = 44;
const PERIOD = 46;
const ZERO = 48;
const ONE = 49;
const TWO = 50;
const NINE = 57;
const COLON = 58;
const asciiSet = (chars: string): Uint8Array =>
  Uint8Array.from({ length: 128 }, (_, code) => Number(chars.includes(String.fromCharCode(code))));
const isMark = (code: number): boolean => code === PERIOD || code === COMMA;

/** Where the next word of the line begins, behind a space, a comma or the period of an abbreviation; else -1. */
function nextWord(codes: Codes, from: number): number {
  let at = isMark(codes[from]!) ? from + 1 : from;
  if (codes[at] !== SPACE) return -1;
  while (codes[at] === SPACE) at += 1;
  return isWordChar(codes, at) ? at : -1;
}

/** Where the last word of the line before here ends; else -1. */
function lastWord(codes: Codes, to: number): number {
  let end = to;
  while (end > 0 && codes[end - 1] === SPACE) end -= 1;
  if (end === to) return -1;
  if (end > 0 && isMark(codes[end - 1]!)) end -= 1;
  const start = wordStart(codes, end);
  return start < end && isLetter(codes, start) ? end : -1;
}

const inName = (codes: Codes, word: Word, start: number): boolean =>
  (word & (PARTICLE | AFTER)) !== 0 || isCapital(codes, start) || isDigit(codes, start);
const endsStreet = ({ text, codes }: Survey, word: Word, start: number, end: number): boolean =>
  (word & AFTER) !== 0 ||
  (isCapital(codes, start) && ((word & AFTER_CAPITAL) !== 0 || isGlued(text, word, start, end)));

/** Behind a word that stands in front of a street's name: where the name ends; else 0. */
function nameAfter(survey: Survey, from: number): number {
  const { codes } = survey;
  let end = 0;
  let start = nextWord(codes, from);
  for (let count = 2; start >= 0 && count <= MAX_WORDS_AFTER; count += 1) {
    const plain = plainStreetWord(codes, start);
    const to = plain ? start + lettersOf(plain) : wordEnd(codes, start);
    if (to === start || !inName(codes, plain || streetWord(survey, start, to), start)) break;
    end = to;
    start = nextWord(codes, end);
  }
  return end;
}

/** `12 Oak Street`, `5 rue de la Paix`, `450 Koskikatu 15`: where the street ends that begins behind a house number; else 0. */
function streetAfter(survey: Survey, from: number): number {
  const { text, codes } = survey;
  let start = nextWord(codes, from);
  let prefixed = false;
  let found = 0;
  for (let count = 1; start >= 0 && count <= MAX_WORDS_AFTER; count += 1) {
    const plain = plainStreetWord(codes, start);
    const end = plain ? start + lettersOf(plain) : wordEnd(codes, start);
    if (end === start || (!prefixed && !isLetter(codes, end - 1))) break;
    const word = plain || streetWord(survey, start, end);
    if (count === 1 && word & BEFORE) {
      prefixed = true;
      const named = nameAfter(survey, end);
      if (named > 0) return named;
    }
    if (endsStreet(survey, word, start, end) && (count > 1 || isGlued(text, word, start, end))) found = end;
    if (!inName(codes, word, start)) break;
    start = nextWord(codes, end);
  }
  return found;
}

/** Begin of the words, of at most so many before a number, of which the first is one that stands in front of a street's name; else -1. */
function prefixedBefore(survey: Survey, last: number): number {
  const { codes } = survey;
  let found = -1;
  let named = true;
  let end = last;
  for (let count = 1; end >= 0 && count <= MAX_WORDS_BEFORE; count += 1) {
    const start = wordStart(codes, end);
    const word = streetWord(survey, start, end);
    if (count > 1 && word & BEFORE) {
      if (!named) return -1;
      found = start;
    }
    named &&= inName(codes, word, start);
    if (!named && found < 0) return -1;
    end = lastWord(codes, start);
  }
  return found;
}

/** `Koskikatu 25`, `Via Roma 12`, `Erzsébet tér 19`: where the street begins whose name stands before a number; else -1. */
function streetBefore(survey: Survey, number: number): number {
  const { codes, text } = survey;
  const end = lastWord(codes, number);
  if (end < 0) return -1;
  const prefixed = prefixedBefore(survey, end);
  if (prefixed >= 0) return prefixed;
  const start = wordStart(codes, end);
  const word = streetWord(survey, start, end);
  const capital = isCapital(codes, start);
  if (!capital && !(word & AFTER)) return -1;
  let before = lastWord(codes, start);
  let from = before < 0 ? -1 : wordStart(codes, before);
  const named = (word & AFTER) !== 0 && isCapital(codes, from);
  if (!named && !(capital && isGlued(text, word, start, end))) return -1;
  let first = start;
  for (let count = 2; isCapital(codes, from) && count <= MAX_WORDS_BEFORE; count += 1) {
    first = from;
    before = lastWord(codes, from);
    from = before < 0 ? -1 : wordStart(codes, before);
  }
  return first;
}

const POSTAL = String.raw`(?:[A-Z]{1,3}-)?\d{3,6}(?:[ -]\d{2,4})?`;
const PART = String.raw`(?:${UNIT}[.:#]? ?#?[\dA-Z][\w-]{0,6}|[A-Z]{1,2}\d[\dA-Z]? \d[A-Z]{2}|[A-Z]\d[A-Z] \d[A-Z]\d|[A-Z]{2},? \d{5}(?:-\d{4})?|${POSTAL})`;
const PLACE = String.raw`(?:\p{Lu}[\p{L}\p{M}.'’-]*|\(\p{Lu}\p{L}+\))(?: (?:\p{Lu}[\p{L}\p{M}.'’-]*|de|la|le|of|am|an|der|sur)){0,4}`;
/** What an address goes on with: units and postal codes after a space, places after a code, a comma or on lines of their own. */
const GOES_ON = new RegExp(
  String.raw`(?:[,.;]?\s{1,24}${PART}(?![\p{L}\d])(?:(?<=\d) ${PLACE})?|[.,]?\s{0,3}(?:,|\n[ \t>?]{0,16})[,\s]{0,8}(?:${PART}(?: ${PLACE})?|${PLACE}(?: \d{4,6})?)(?=\s*[\n,.;:!?)]|\s*$| \d))`,
  'uy',
);
const MAX_PARTS = 6;

const BEGINS_REST = Uint8Array.from({ length: 128 }, (_, code) => Number(/[\s.,;]/.test(String.fromCharCode(code))));
/** What stands behind the space before a part: white space, a comma, a digit, a capital, or what units' words begin with. */
const BEGINS_PART = Uint8Array.from({ length: 128 }, (_, code) =>
  Number(/[\s,\dA-Zabdeflprstu]/.test(String.fromCharCode(code))),
);
function mayGoOn(codes: Codes, from: number): boolean {
  const behind = codes[from]!;
  if (behind !== SPACE) return behind >= 128 || BEGINS_REST[behind] === 1;
  const next = codes[from + 1]!;
  return next >= 128 || BEGINS_PART[next] === 1;
}

/** Whether a digit, a comma or the end of a line stands between these places: words alone go on with something else. */
function tells(codes: Codes, from: number, to: number): boolean {
  let at = from;
  while (at < to && codes[at] !== COMMA && codes[at] !== NEWLINE && !isDigit(codes, at)) at += 1;
  return at < to;
}

function wholeEnd({ text, codes }: Survey, end: number): number {
  let at = end;
  for (let count = 0; count < MAX_PARTS && mayGoOn(codes, at); count += 1) {
    GOES_ON.lastIndex = at;
    const goesOn = GOES_ON.test(text);
    if (!goesOn || !tells(codes, at, GOES_ON.lastIndex)) break;
    at = GOES_ON.lastIndex;
  }
  return at;
}

/** Numbers that could be those of houses: not in other numbers, amounts, times or ids. */
const NUMBER = /(?<![\p{L}\d.,:/#$€£-])\d{1,6}(?:[/-]\d{1,4})?\p{L}?(?![\p{L}\d]|[.,:]\d|%)/uy;
/** Four digits that begin with 19 or 20. */
const isYear = (codes: Codes, start: number, end: number): boolean =>
  end - start === 4 &&
  isDigit(codes, start + 2) &&
  isDigit(codes, start + 3) &&
  ((codes[start] === ONE && codes[start + 1] === NINE) || (codes[start] === TWO && codes[start + 1] === ZERO));
const MAX_DIGITS = 6;
const NOT_BEFORE = asciiSet('.,:/#$-');
const UNIT_MARKS = asciiSet(' .:#');
/** Behind a number and no part of it, unless a digit follows. */
const STOPS = asciiSet('.,:');
const NOT_PLAIN_BEHIND = asciiSet('.,:/-%');

/** End of the number of a house that begins here, else 0; most are told without the pattern. */
function houseNumberEnd({ text, codes }: Survey, index: number): number {
  const before = index > 0 ? codes[index - 1]! : 0;
  if (before < 128 && (NOT_BEFORE[before] === 1 || isLetter(codes, index - 1) || isDigit(codes, index - 1))) return 0;
  let end = index;
  while (codes[end]! >= 48 && codes[end]! <= 57) end += 1;
  if (end - index > MAX_DIGITS) return 0;
  const behind = codes[end]!;
  if (end > index && before < 128 && behind < 128) {
    if (NOT_PLAIN_BEHIND[behind] === 0 && !isLetter(codes, end)) return end;
    if (STOPS[behind] === 1) return isDigit(codes, end + 1) ? 0 : end;
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
  return { start: Math.max(houseBefore(codes, before < 0 ? index : before), from), end: wholeEnd(survey, end) };
}

/** Whether a word may stand before here that says that an address follows. */
const endsPlace = createEndings('ss es is as at on in to of');
function followsPlace(codes: Codes, start: number): boolean {
  let at = start;
  while (at > 0 && start - at < 12 && (isSpace(codes[at - 1]!) || codes[at - 1] === COLON)) at -= 1;
  return at < start && endsPlace(codes, at);
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
  { kind: 'address', name: 'street', needs: needs(1), ...atNumbers({ lengths: lengths(1, 6) }, street) },
  {
    kind: 'address',
    name: 'address after what it is',
    needs: needs(1, SAYS_ADDRESS),
    find: atWordsBy(
      followsPlace,
      /(?=[\p{Lu}\d])(?<=\b(?:(?:[Aa]ddress(?:es)?|ADDRESS)(?: is| was|:)?|[Ll]ives? (?:at|on|in)|[Ll]iving (?:at|on|in)|[Rr]esid(?:es|ed|ing|e) (?:at|on|in)|[Ll]ocated (?:at|on)|[Dd]elivered to|[Ss]hip(?:s|ped)? to|[Dd]eliver to|corner of)[:\s]{1,12})(?=[^\n]{0,60}\d)[^\n;?!"[]{3,80}/uy,
      (match) => (/^(?:\S+ ){0,5}\S*\d/.test(match) ? match.replace(/[\s.,]+$/, '').length : 0),
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

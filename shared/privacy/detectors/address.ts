import { CAPITAL, SAYS_ADDRESS, SAYS_POST, SAYS_UNIT } from '../marks.ts';
import { AFTER_LETTER, AFTER_SPACE, lengths } from '../shapes.ts';
import type { Survey } from '../survey.ts';
import { type Codes, isCapital, isDigit, isLetter, wordEnd, wordStart } from '../words.ts';
import { atNumbers, byPattern, type Detector, needs, numbersBy, type Span } from './detector.ts';
import type { Word } from './names/lexicon.ts';
import { AFTER, AFTER_CAPITAL, BEFORE, isGlued, PARTICLE, streetWord, UNIT } from './streets.ts';

/** Words looked at for a street's name, at the most. */
const MAX_WORDS_AFTER = 6;
const MAX_WORDS_BEFORE = 5;

const SPACE = 32;
const COMMA = 44;
const PERIOD = 46;
const charSet = (chars: string): ReadonlySet<number> => new Set(Array.from(chars, (char) => char.charCodeAt(0)));
const isMark = (code: number | undefined): boolean => code === PERIOD || code === COMMA;

/** Next word of the line from here, behind a space, a comma or the period of an abbreviation. */
function wordAfter(survey: Survey, from: number): Word | undefined {
  const { codes } = survey;
  let at = isMark(codes[from]) ? from + 1 : from;
  if (codes[at] !== SPACE) return undefined;
  while (codes[at] === SPACE) at += 1;
  const end = wordEnd(codes, at);
  return end > at ? streetWord(survey, at, end) : undefined;
}

/** Last word of the line before here. */
function wordBefore(survey: Survey, to: number): Word | undefined {
  const { codes } = survey;
  let end = to;
  while (end > 0 && codes[end - 1] === SPACE) end -= 1;
  if (end === to) return undefined;
  if (end > 0 && isMark(codes[end - 1])) end -= 1;
  const start = wordStart(codes, end);
  return start < end && isLetter(codes, start) ? streetWord(survey, start, end) : undefined;
}

const inName = ({ codes }: Survey, { start, flags }: Word): boolean =>
  (flags & (PARTICLE | AFTER)) !== 0 || isCapital(codes, start) || isDigit(codes, start);
const endsStreet = (survey: Survey, word: Word): boolean =>
  (word.flags & AFTER) !== 0 ||
  (isCapital(survey.codes, word.start) && ((word.flags & AFTER_CAPITAL) !== 0 || isGlued(survey.text, word)));

/** `12 Oak Street`, `5 rue de la Paix`, `450 Koskikatu 15`: where the street ends that begins behind a house number. */
function streetAfter(survey: Survey, end: number): number | undefined {
  const first = wordAfter(survey, end);
  if (!first || !isLetter(survey.codes, first.end - 1)) return undefined;
  const prefixed = (first.flags & BEFORE) !== 0;
  const next = (word: Word): Word | undefined => {
    const after = wordAfter(survey, word.end);
    return after && (prefixed || isLetter(survey.codes, after.end - 1)) ? after : undefined;
  };
  let word: Word | undefined = prefixed ? next(first) : undefined;
  if (word && inName(survey, word)) {
    let last = word;
    for (let count = 2; word && inName(survey, word) && count <= MAX_WORDS_AFTER; count += 1) {
      last = word;
      word = next(word);
    }
    return last.end;
  }
  let found: number | undefined;
  word = first;
  for (let count = 1; word && count <= MAX_WORDS_AFTER; count += 1) {
    if (endsStreet(survey, word) && (count > 1 || isGlued(survey.text, word))) found = word.end;
    if (!inName(survey, word)) break;
    word = next(word);
  }
  return found;
}

/** Begin of the words, of at most so many before a number, of which the first is one that stands in front of a street's name. */
function prefixedBefore(survey: Survey, last: Word): number | undefined {
  let found: number | undefined;
  let named = true;
  let word: Word | undefined = last;
  for (let count = 1; word && count <= MAX_WORDS_BEFORE; count += 1) {
    if (count > 1 && word.flags & BEFORE) {
      if (!named) return undefined;
      found = word.start;
    }
    named &&= inName(survey, word);
    if (!named && found === undefined) return undefined;
    word = wordBefore(survey, word.start);
  }
  return found;
}

/** `Koskikatu 25`, `Via Roma 12`, `Erzsébet tér 19`: where the street begins whose name stands before a number. */
function streetBefore(survey: Survey, start: number): number | undefined {
  const { codes, text } = survey;
  const last = wordBefore(survey, start);
  if (!last) return undefined;
  const prefixed = prefixedBefore(survey, last);
  if (prefixed !== undefined) return prefixed;
  const capital = isCapital(codes, last.start);
  if (!capital && !(last.flags & AFTER)) return undefined;
  const before = wordBefore(survey, last.start);
  const named = before !== undefined && (last.flags & AFTER) !== 0 && isCapital(codes, before.start);
  if (!named && !(capital && isGlued(text, last))) return undefined;
  let first = last;
  let word = before;
  for (let count = 2; word && isCapital(codes, word.start) && count <= MAX_WORDS_BEFORE; count += 1) {
    first = word;
    word = wordBefore(survey, word.start);
  }
  return first.start;
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

function wholeEnd(text: string, end: number): number {
  let at = end;
  for (let count = 0; count < MAX_PARTS; count += 1) {
    GOES_ON.lastIndex = at;
    const match = GOES_ON.exec(text);
    if (!match || !/\d|\n|,/.test(match[0])) break;
    at = GOES_ON.lastIndex;
  }
  return at;
}

/** Numbers that could be those of houses: not in other numbers, amounts, times or ids. */
const NUMBER = /(?<![\p{L}\d.,:/#$€£-])\d{1,6}(?:[/-]\d{1,4})?\p{L}?(?![\p{L}\d]|[.,:]\d|%)/uy;
const YEAR = /^(?:19|20)\d\d$/;
const MAX_DIGITS = 6;
const NOT_BEFORE = charSet('.,:/#$-');
const NOT_PLAIN_BEHIND = charSet('.,:/-%');

/** End of the number of a house that begins here; most are told without the pattern. */
function houseNumberEnd({ text, codes }: Survey, index: number): number | undefined {
  const before = index > 0 ? codes[index - 1]! : 0;
  if (before < 128 && (NOT_BEFORE.has(before) || isLetter(codes, index - 1) || isDigit(codes, index - 1)))
    return undefined;
  let end = index;
  while (codes[end]! >= 48 && codes[end]! <= 57) end += 1;
  if (end - index > MAX_DIGITS) return undefined;
  const behind = codes[end]!;
  if (end > index && before < 128 && behind < 128 && !NOT_PLAIN_BEHIND.has(behind) && !isLetter(codes, end)) return end;
  NUMBER.lastIndex = index;
  return NUMBER.test(text) ? NUMBER.lastIndex : undefined;
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
  if (numberEnd === undefined) return undefined;
  const after =
    isLetter(codes, numberEnd + 1) || isLetter(codes, numberEnd + 2) ? streetAfter(survey, numberEnd) : undefined;
  const before =
    after === undefined &&
    isLetter(codes, index - 2 - Number(codes[index - 2] === PERIOD)) &&
    !YEAR.test(text.slice(index, numberEnd))
      ? streetBefore(survey, index)
      : undefined;
  if (after === undefined && before === undefined) return undefined;
  let end = after ?? numberEnd;
  SECOND_NUMBER.lastIndex = end;
  if (after !== undefined && SECOND_NUMBER.test(text)) end = SECOND_NUMBER.lastIndex;
  return { start: Math.max(houseBefore(codes, before ?? index), from), end: wholeEnd(text, end) };
}

const STATES =
  'A[AEKLPRZ]|C[AOT]|D[CE]|FL|G[AU]|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|P[AR]|RI|S[CD]|T[NX]|UT|V[AIT]|W[AIVY]';

/** Where people live. Found by street words of several languages beside a number; where only a word says so, from that word on. */
export const ADDRESSES: readonly Detector[] = [
  { kind: 'address', name: 'street', needs: needs(1), find: atNumbers({ lengths: lengths(1, 6) }, street) },
  {
    kind: 'address',
    name: 'address after what it is',
    needs: needs(1, SAYS_ADDRESS),
    find: byPattern(
      /(?=[\p{Lu}\d])(?<=[\s:])(?<=\b(?:(?:[Aa]ddress(?:es)?|ADDRESS)(?: is| was|:)?|[Ll]ives? (?:at|on|in)|[Ll]iving (?:at|on|in)|[Rr]esid(?:es|ed|ing|e) (?:at|on|in)|[Ll]ocated (?:at|on)|[Dd]elivered to|[Ss]hip(?:s|ped)? to|[Dd]eliver to|corner of)[:\s]{1,12})(?=[^\n]{0,60}\d)[^\n;?!"[]{3,80}/gu,
      (match) => (/^(?:\S+ ){0,5}\S*\d/.test(match) ? match.replace(/[\s.,]+$/, '').length : 0),
    ),
  },
  {
    kind: 'address',
    name: 'unit',
    needs: needs(1, SAYS_UNIT),
    find: numbersBy(
      { lengths: lengths(1, 7) },
      /(?<=(?<before>\b(?:[Ss]uite|SUITE|[Aa]partment|[Aa]ppt|[Aa]pt|APT|[Pp]\.? ?[Oo]\.? ?(?:[Bb]ox|BOX)|[Pp]ostfach|[Aa]partado|[Bb]o[iî]te postale)[.:#]? ?#?))\d{1,7}[A-Za-z]?(?!\w)/y,
    ),
  },
  {
    kind: 'address',
    name: 'military post',
    needs: needs(5, SAYS_POST),
    find: numbersBy(
      { lengths: lengths(5, 16), around: AFTER_SPACE },
      /(?<=(?<!\p{L})(?<before>(?:(?:psc|unit|cmr|uss \p{L}{1,20}|usns \p{L}{1,20}|usnv \p{L}{1,20}|uscgc \p{L}{1,20})(?: \d{1,5})?,? ?(?:box \d{1,5})?,?\s{1,4})?(?:apo|fpo|dpo),? a[aep],? ))\d{5}(?:-\d{4})?/iuy,
    ),
  },
  {
    kind: 'address',
    name: 'place with postal code',
    needs: needs(5, CAPITAL),
    find: numbersBy(
      { lengths: lengths(5), around: AFTER_SPACE },
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
    find: numbersBy(
      { lengths: lengths(1, 2), around: AFTER_LETTER, lead: CAPITAL },
      /(?=[A-Z]\d|[A-Z]{2}\d)(?<![A-Z\d-])(?:(?:GIR 0AA|[A-PR-UWYZ](?:\d[\dA-HJKSTUW]?|[A-HK-Y]\d[\dABEHMNPRV-Y]?) \d[ABD-HJLNP-UW-Z]{2})|[ABCEGHJ-NPRSTVXY]\d[A-Z] \d[A-Z]\d)(?![A-Z\d])/y,
    ),
  },
];

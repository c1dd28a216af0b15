import { CAPITAL, needs } from '../traits.ts';
import { byPattern, type Detector, type Span } from './detector.ts';
import { folded } from './names/known.ts';
import { AFTER_NAME, AFTER_NAME_CAPITAL, BEFORE_NAME, GLUED, set, UNIT } from './streets.ts';
import { isCapital, isDigit, isLetter, wordEnd, wordStart } from './words.ts';

/** Words of a street's name at the most. */
const MAX_WORDS = 5;

const PARTICLE = set(
  'de da do dos das del della dei degli di du des la le les van der den het of the and e y à nach am an im zum zur',
);

interface Word extends Span {
  readonly raw: string;
  /** In lower case without accents. */
  readonly bare: string;
  readonly capital: boolean;
}

function readWord(text: string, start: number, end: number): Word {
  const raw = text.slice(start, end);
  return { start, end, raw, bare: folded(raw), capital: isCapital(text, start) };
}

/** Up to so many words of the line from here, parted by a space, a comma or the period of an abbreviation. */
function wordsAfter(text: string, from: number): readonly Word[] {
  const words: Word[] = [];
  let at = from;
  while (words.length <= MAX_WORDS) {
    if (text[at] === '.' || text[at] === ',') at += 1;
    if (text[at] !== ' ') break;
    while (text[at] === ' ') at += 1;
    const end = wordEnd(text, at);
    const number = !isLetter(text, end - 1) && !(words[0] && BEFORE_NAME.has(words[0].bare));
    if (end === at || number) break;
    words.push(readWord(text, at, end));
    at = end;
  }
  return words;
}

/** The last words of the line before here, in their order. */
function wordsBefore(text: string, to: number): readonly Word[] {
  const words: Word[] = [];
  let at = to;
  while (words.length < MAX_WORDS) {
    const before = at;
    while (at > 0 && text[at - 1] === ' ') at -= 1;
    if (at === before) break;
    if (text[at - 1] === '.' || text[at - 1] === ',') at -= 1;
    const start = wordStart(text, at);
    if (start === at || !isLetter(text, start)) break;
    words.unshift(readWord(text, start, at));
    at = start;
  }
  return words;
}

const inName = ({ raw, bare, capital }: Word): boolean =>
  capital || PARTICLE.has(bare) || AFTER_NAME.has(bare) || /^\d/.test(raw);
const endsStreet = ({ raw, bare, capital }: Word): boolean =>
  AFTER_NAME.has(bare) || (capital && (AFTER_NAME_CAPITAL.has(bare) || GLUED.test(raw)));

/** `12 Oak Street`, `5 rue de la Paix`, `450 Koskikatu 15`: where the street ends that begins behind a house number. */
function streetAfter(text: string, end: number): number | undefined {
  const words = wordsAfter(text, end);
  const [first, second] = words;
  if (!first) return undefined;
  if (second && BEFORE_NAME.has(first.bare) && inName(second)) {
    let last = 1;
    while (last + 1 < words.length && inName(words[last + 1]!)) last += 1;
    return words[last]!.end;
  }
  let found: number | undefined;
  for (const [index, word] of words.entries()) {
    if (endsStreet(word) && (index > 0 || GLUED.test(word.raw))) found = word.end;
    if (!inName(word)) break;
  }
  return found;
}

/** `Koskikatu 25`, `Via Roma 12`, `Erzsébet tér 19`: where the street begins whose name stands before a number. */
function streetBefore(text: string, start: number): number | undefined {
  const words = wordsBefore(text, start);
  const last = words.at(-1);
  if (!last) return undefined;
  const prefix = words.findIndex(({ bare }, at) => at < words.length - 1 && BEFORE_NAME.has(bare));
  if (prefix >= 0 && words.slice(prefix + 1).every(inName)) return words[prefix]!.start;
  const named = words.length > 1 && AFTER_NAME.has(last.bare) && words.at(-2)!.capital;
  if (!named && !(last.capital && GLUED.test(last.raw))) return undefined;
  let first = words.length - 1;
  while (first > 0 && words[first - 1]!.capital) first -= 1;
  return words[first]!.start;
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
const NUMBER = /(?=\d)(?<![\p{L}\d.,:/#$€£-])\d{1,6}(?:[/-]\d{1,4})?\p{L}?(?![\p{L}\d]|[.,:]\d|%)/gu;
const YEAR = /^(?:19|20)\d\d$/;
/** A second number of the house, as some countries have it. */
const SECOND_NUMBER = / \d{1,5}\p{L}?(?![\p{L}\d])\.?/uy;

/** End of the house number that stands right before here, and its begin. */
function houseBefore(text: string, at: number): number {
  let end = at;
  while (end > 0 && at - end < 3 && (text[end - 1] === ' ' || text[end - 1] === ',')) end -= 1;
  let start = end;
  while (start > 0 && end - start < 7 && isDigit(text, start - 1)) start -= 1;
  return start === end || end === at ? at : start;
}

function streets(text: string): Span[] {
  const spans: Span[] = [];
  let taken = 0;
  NUMBER.lastIndex = 0;
  for (let match = NUMBER.exec(text); match; match = NUMBER.exec(text)) {
    const { 0: number, index } = match;
    if (index < taken) continue;
    const numberEnd = index + number.length;
    const after =
      isLetter(text, numberEnd + 1) || isLetter(text, numberEnd + 2) ? streetAfter(text, numberEnd) : undefined;
    const before =
      after === undefined && isLetter(text, index - 2 - Number(text[index - 2] === '.')) && !YEAR.test(number)
        ? streetBefore(text, index)
        : undefined;
    if (after === undefined && before === undefined) continue;
    let end = after ?? numberEnd;
    SECOND_NUMBER.lastIndex = end;
    if (after !== undefined && SECOND_NUMBER.test(text)) end = SECOND_NUMBER.lastIndex;
    end = wholeEnd(text, end);
    spans.push({ start: Math.max(houseBefore(text, before ?? index), taken), end });
    taken = end;
  }
  return spans;
}

const STATES =
  'A[AEKLPRZ]|C[AOT]|D[CE]|FL|G[AU]|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|P[AR]|RI|S[CD]|T[NX]|UT|V[AIT]|W[AIVY]';

/** Where people live. Found by street words of several languages beside a number; where only a word says so, from that word on. */
export const ADDRESSES: readonly Detector[] = [
  { kind: 'address', name: 'street', needs: needs(1, 2), find: streets },
  {
    kind: 'address',
    name: 'address after what it is',
    needs: needs(1, 4),
    find: byPattern(
      /(?=[\p{Lu}\d])(?<=[\s:])(?<=\b(?:(?:[Aa]ddress(?:es)?|ADDRESS)(?: is| was|:)?|[Ll]ives? (?:at|on|in)|[Ll]iving (?:at|on|in)|[Rr]esid(?:es|ed|ing|e) (?:at|on|in)|[Ll]ocated (?:at|on)|[Dd]elivered to|[Ss]hip(?:s|ped)? to|[Dd]eliver to|corner of)[:\s]{1,12})(?=[^\n]{0,60}\d)[^\n;?!"[]{3,80}/gu,
      (match) => (/^(?:\S+ ){0,5}\S*\d/.test(match) ? match.replace(/[\s.,]+$/, '').length : 0),
    ),
  },
  {
    kind: 'address',
    name: 'unit',
    needs: needs(1, 3),
    find: byPattern(
      /(?=\d)(?<=(?<before>\b(?:[Ss]uite|SUITE|[Aa]partment|[Aa]ppt|[Aa]pt|APT|[Pp]\.? ?[Oo]\.? ?(?:[Bb]ox|BOX)|[Pp]ostfach|[Aa]partado|[Bb]o[iî]te postale)[.:#]? ?#?))\d{1,7}[A-Za-z]?(?!\w)/g,
    ),
  },
  {
    kind: 'address',
    name: 'military post',
    needs: needs(5, 2),
    find: byPattern(
      /(?=\d{5})(?<=(?<!\p{L})(?<before>(?:(?:psc|unit|cmr|uss \p{L}{1,20}|usns \p{L}{1,20}|usnv \p{L}{1,20}|uscgc \p{L}{1,20})(?: \d{1,5})?,? ?(?:box \d{1,5})?,?\s{1,4})?(?:apo|fpo|dpo),? a[aep],? ))\d{5}(?:-\d{4})?/giu,
    ),
  },
  {
    kind: 'address',
    name: 'place with postal code',
    needs: needs(5, 2, CAPITAL),
    find: byPattern(
      new RegExp(
        String.raw`(?=\d{5})(?<=(?<before>(?:\p{Lu}[\p{L}'’-]{1,24} ){0,3}\p{Lu}[\p{L}'’-]{1,24},? (?:${STATES}),? ))\d{5}(?:-\d{4})?(?!\d)`,
        'gu',
      ),
    ),
  },
  {
    kind: 'address',
    name: 'postal code with letters',
    needs: needs(1, 3, CAPITAL, 2),
    find: byPattern(
      /(?=[A-Z]\d|[A-Z]{2}\d)(?<![A-Z\d-])(?:(?:GIR 0AA|[A-PR-UWYZ](?:\d[\dA-HJKSTUW]?|[A-HK-Y]\d[\dABEHMNPRV-Y]?) \d[ABD-HJLNP-UW-Z]{2})|[ABCEGHJ-NPRSTVXY]\d[A-Z] \d[A-Z]\d)(?![A-Z\d])/g,
    ),
  },
];

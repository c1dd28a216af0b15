import { CAPITAL } from '../marks.ts';
import type { Survey } from '../survey.ts';
import { type Codes, isCapital, isDigit, isLetter, isWordChar, wordEnd } from '../words.ts';
import { type Detector, NONE, needs, type Span } from './detector.ts';
import { saidBefore, type Told } from './names/context.ts';
import { folded } from './names/folded.ts';
import {
  AMBIGUOUS,
  endsLikeFamily,
  FAMILY,
  GIVEN,
  GREETING,
  hardlyOther,
  knownWord,
  PLACE_PREFIX,
  PLAIN,
  plainWord,
  SUFFIX,
  THING,
  TITLE,
} from './names/known.ts';
import { lettersOf, type Word, withFlags } from './names/lexicon.ts';
import { PARTICLES } from './names/words.ts';

/** Words of one name at the most, and of one capitalised group that is looked at. */
const MAX_NAME_WORDS = 5;
const MAX_GROUP_WORDS = 12;

const SPACE = 32;
const PERIOD = 46;

const PARTICLE_PAIRS = new Uint8Array(1 << 10);
const pairOf = (codes: Codes, start: number, end: number): number =>
  (codes[start]! & 31) | (end - start > 1 ? (codes[start + 1]! & 31) << 5 : 0);
for (const word of PARTICLES) PARTICLE_PAIRS[pairOf([word.charCodeAt(0), word.charCodeAt(1)], 0, word.length)] = 1;

/** Most short words are none by their first two letters. */
const isParticle = (text: string, codes: Codes, start: number, end: number): boolean =>
  PARTICLE_PAIRS[pairOf(codes, start, end)] === 1 && PARTICLES.has(text.slice(start, end));

/** The group of words that is being looked at; the next one takes its place. */
const starts = new Uint32Array(MAX_GROUP_WORDS);
const ends = new Uint32Array(MAX_GROUP_WORDS);
const words = new Int32Array(MAX_GROUP_WORDS);
const NO_WORD: Word = 0;

/** Where the next capitalised word of the same group begins, over a space, the period of an initial or a title, and particles; else 0. */
function nextInGroup({ text, codes }: Survey, index: number): number {
  let at = ends[index]!;
  if (codes[at] === PERIOD) {
    if (!isInitial(index) && !(words[index]! & (TITLE | SUFFIX))) return 0;
    at += 1;
    if (isCapital(codes, at)) return at;
  }
  if (codes[at] !== SPACE) return 0;
  for (let particles = 0; particles < 3; particles += 1) {
    at += 1;
    if (isCapital(codes, at)) return at;
    let last = at;
    while (last - at < 3 && isWordChar(codes, last)) last += 1;
    if (codes[last] !== SPACE || !isParticle(text, codes, at, last)) return 0;
    at = last;
  }
  return 0;
}

const S = 115;

/** Makes the word that begins here the one of the group at this index. */
function readWord(survey: Survey, index: number, start: number): void {
  const { codes } = survey;
  starts[index] = start;
  const plain = plainWord(codes, start);
  if (plain !== 0) {
    ends[index] = start + lettersOf(plain);
    words[index] = plain;
    return;
  }
  const last = wordEnd(codes, start);
  const possessive = codes[last - 1] === S && last - start > 2 && !isLetter(codes, last - 2);
  const end = possessive ? last - 2 : last;
  const word = knownWord(survey, start, end);
  ends[index] = end;
  words[index] = isDigit(codes, end - 1) ? withFlags(word, PLAIN) : word;
}

const isInitial = (index: number): boolean => ends[index]! - starts[index]! === 1;
/** Short and all in capitals. */
const isAcronym = ({ codes }: Survey, index: number): boolean =>
  ends[index]! - starts[index]! <= 4 && isCapital(codes, starts[index]! + 1) && isCapital(codes, ends[index]! - 1);

/** Reads on behind the first word, and tells how many there are. */
function readGroup(survey: Survey): number {
  let count = 1;
  for (; count < MAX_GROUP_WORDS; count += 1) {
    const next = nextInGroup(survey, count - 1);
    if (next === 0) break;
    readWord(survey, count, next);
  }
  return count;
}

const NEVER = PLAIN | THING | TITLE | GREETING;
const usable = (word: Word): boolean => lettersOf(word) > 1 && !(word & NEVER);
const isFamily = (text: string, index: number): boolean => {
  const word = words[index]!;
  return (word & FAMILY) !== 0 || (!(word & GIVEN) && endsLikeFamily(text, word, starts[index]!, ends[index]!));
};

/** Number of words from `at` that are one name, going on while nothing says otherwise. */
function nameLength(count: number, at: number): number {
  let end = at + 1;
  while (end < count && end - at < MAX_NAME_WORDS) {
    const next = words[end]!;
    if (!isInitial(end) && !(next & SUFFIX) && !usable(next)) break;
    end += 1;
  }
  while (end > at + 1 && isInitial(end - 1)) end -= 1;
  return end - at;
}

/** `Plan B Options`: the letter is a mark, not an initial. */
const SECTION =
  /^(?:plan|type|vitamin|hepatitis|class|grade|option|section|part|appendix|group|team|series|schedule|table|figure|block|gate|terminal|zone|level|phase|exhibit)$/;

function startsName(survey: Survey, count: number, at: number): boolean {
  const { text } = survey;
  const here = words[at]!;
  const followed = at + 1 < count && usable(words[at + 1]!);
  if (isInitial(at)) return followed && isFamily(text, at + 1);
  if (!usable(here)) return false;
  const before = at > 0 ? words[at - 1]! : NO_WORD;
  if (before & (TITLE | GREETING)) return true;
  if (before & PLACE_PREFIX) return false;
  if (here & GIVEN) return followed || !isAcronym(survey, at);
  if (at + 2 < count && isInitial(at + 1) && usable(words[at + 2]!))
    return !SECTION.test(folded(text.slice(starts[at], ends[at])));
  if (!followed && count === 1 && hardlyOther(text, here, starts[at]!, ends[at]!)) return true;
  if (followed && here & AMBIGUOUS && (words[at + 1]! & GIVEN || isFamily(text, at + 1))) return true;
  if (followed && isFamily(text, at + 1) && !isFamily(text, at)) return true;
  if (at > 0) return false;
  const said: Told = saidBefore(survey, starts[at]!);
  return said === 'one' || (said === 'several' && count >= 2);
}

/** Goes on after a name in that of a firm. */
const FIRM = /^(?:,? (?:&|and) (?:sons|co|partners|associates|brothers|company)\b|,? (?:inc|ltd|llc|gmbh|plc)\b)/i;

const COMMA = 44;
const FIRM_LETTERS = new Set(Array.from('&aAiIlLgGpP', (char) => char.charCodeAt(0)));

function goesOnAsFirm({ text, codes }: Survey, end: number): boolean {
  const at = codes[end] === COMMA ? end + 1 : end;
  return codes[at] === SPACE && FIRM_LETTERS.has(codes[at + 1]!) && FIRM.test(text.slice(end, end + 14));
}

/**
 * Notes that no name is in the group of the capitals from `index` on. It stays so whatever is replaced around: what stands before and
 * behind a group only ever makes a name of it, but for words that belong to it.
 */
function settle({ capitals, capitalCount, groups }: Survey, index: number, end: number): void {
  const start = capitals[index]!;
  for (let at = index; at < capitalCount && capitals[at]! < end; at += 1) {
    groups.starts[at] = start;
    groups.ends[at] = end;
  }
}

/**
 * Names of people, by best effort: a title, a greeting or words such as `my name is` before them, a common given name, an initial
 * between two words, or a family name behind another one. Firms, places and things that are called after people are left alone.
 */
function find(survey: Survey): readonly Span[] {
  const { capitals, capitalCount, groups } = survey;
  let spans: Span[] | undefined;
  let end = 0;
  for (let index = 0; index < capitalCount; index += 1) {
    const from = capitals[index]!;
    if (from < end || groups.ends[index]! > 0) continue;
    readWord(survey, 0, from);
    end = ends[0]!;
    // Most capitals begin a sentence.
    if ((words[0]! & NEVER || isInitial(0)) && nextInGroup(survey, 0) === 0) {
      settle(survey, index, end);
      continue;
    }
    const count = readGroup(survey);
    end = ends[count - 1]!;
    let named = false;
    for (let at = 0; at < count; at += 1) {
      if (!startsName(survey, count, at)) continue;
      named = true;
      const length = nameLength(count, at);
      const last = ends[at + length - 1]!;
      const firm = (at + length < count && (words[at + length]! & THING) !== 0) || goesOnAsFirm(survey, last);
      if (!firm) {
        spans ??= [];
        spans.push({ start: starts[at]!, end: last });
      }
      at += length - 1;
    }
    if (!named && count < MAX_GROUP_WORDS) settle(survey, index, end);
  }
  return spans ?? NONE;
}

export const PERSON: Detector = { kind: 'person', name: 'person', needs: needs(0, CAPITAL), find };

import { CAPITAL } from '../marks.ts';
import type { Survey } from '../survey.ts';
import { type Codes, isCapital, isDigit, isLetter, wordEnd } from '../words.ts';
import { type Detector, needs, type Span } from './detector.ts';
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
  SUFFIX,
  THING,
  TITLE,
} from './names/known.ts';
import type { Word } from './names/lexicon.ts';
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

/** Where the next capitalised word of the same group begins, over a space, the period of an initial or a title, and particles. */
function nextInGroup({ text, codes }: Survey, word: Word): number | undefined {
  let at = word.end;
  if (codes[at] === PERIOD) {
    if (!isInitial(word) && !(word.flags & (TITLE | SUFFIX))) return undefined;
    at += 1;
    if (isCapital(codes, at)) return at;
  }
  if (codes[at] !== SPACE) return undefined;
  for (let particles = 0; particles < 3; particles += 1) {
    at += 1;
    if (isCapital(codes, at)) return at;
    const last = wordEnd(codes, at);
    if (last === at || last - at > 3 || codes[last] !== SPACE || !isParticle(text, codes, at, last)) return undefined;
    at = last;
  }
  return undefined;
}

const S = 115;

function readWord(survey: Survey, start: number): Word {
  const { codes } = survey;
  const last = wordEnd(codes, start);
  const possessive = last - start > 2 && codes[last - 1] === S && !isLetter(codes, last - 2);
  const word = knownWord(survey, start, possessive ? last - 2 : last);
  return isDigit(codes, word.end - 1) ? { ...word, flags: PLAIN } : word;
}

const isInitial = ({ start, end }: Word): boolean => end - start === 1;
/** Short and all in capitals. */
const isAcronym = ({ codes }: Survey, { start, end }: Word): boolean =>
  end - start <= 4 && isCapital(codes, start + 1) && isCapital(codes, end - 1);

function groupFrom(survey: Survey, first: Word): readonly Word[] {
  const group = [first];
  while (group.length < MAX_GROUP_WORDS) {
    const next = nextInGroup(survey, group.at(-1)!);
    if (next === undefined) break;
    group.push(readWord(survey, next));
  }
  return group;
}

const NEVER = PLAIN | THING | TITLE | GREETING;
const usable = ({ letters, flags }: Word): boolean => letters > 1 && !(flags & NEVER);
const isFamily = (text: string, word: Word): boolean =>
  (word.flags & FAMILY) !== 0 || (!(word.flags & GIVEN) && endsLikeFamily(text, word));

/** Number of words from `at` that are one name, going on while nothing says otherwise. */
function nameLength(group: readonly Word[], at: number): number {
  let end = at + 1;
  while (end < group.length && end - at < MAX_NAME_WORDS) {
    const next = group[end]!;
    if (!isInitial(next) && !(next.flags & SUFFIX) && !usable(next)) break;
    end += 1;
  }
  while (end > at + 1 && isInitial(group[end - 1]!)) end -= 1;
  return end - at;
}

/** `Plan B Options`: the letter is a mark, not an initial. */
const SECTION =
  /^(?:plan|type|vitamin|hepatitis|class|grade|option|section|part|appendix|group|team|series|schedule|table|figure|block|gate|terminal|zone|level|phase|exhibit)$/;

function startsName(survey: Survey, group: readonly Word[], at: number): boolean {
  const { text } = survey;
  const here = group[at]!;
  const next = group[at + 1];
  if (isInitial(here)) return next !== undefined && usable(next) && isFamily(text, next);
  if (!usable(here)) return false;
  const before = at > 0 ? group[at - 1] : undefined;
  if (before && before.flags & (TITLE | GREETING)) return true;
  if (before && before.flags & PLACE_PREFIX) return false;
  const followed = next !== undefined && usable(next);
  if (here.flags & GIVEN) return followed || !isAcronym(survey, here);
  const afterNext = group[at + 2];
  if (next && isInitial(next) && afterNext && usable(afterNext))
    return !SECTION.test(folded(text.slice(here.start, here.end)));
  if (!followed && group.length === 1 && hardlyOther(text, here)) return true;
  if (followed && here.flags & AMBIGUOUS && (next.flags & GIVEN || isFamily(text, next))) return true;
  if (followed && isFamily(text, next) && !isFamily(text, here)) return true;
  if (at > 0) return false;
  const said: Told = saidBefore(survey, here.start);
  return said === 'one' || (said === 'several' && group.length >= 2);
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
 * Names of people, by best effort: a title, a greeting or words such as `my name is` before them, a common given name, an initial
 * between two words, or a family name behind another one. Firms, places and things that are called after people are left alone.
 */
function find(survey: Survey): Span[] {
  const { capitals, capitalCount } = survey;
  const spans: Span[] = [];
  let end = 0;
  for (let index = 0; index < capitalCount; index += 1) {
    const from = capitals[index]!;
    if (from < end) continue;
    const first = readWord(survey, from);
    end = first.end;
    // Most capitals begin a sentence.
    if ((first.flags & NEVER || isInitial(first)) && nextInGroup(survey, first) === undefined) continue;
    const group = groupFrom(survey, first);
    end = group.at(-1)!.end;
    for (let at = 0; at < group.length; at += 1) {
      if (!startsName(survey, group, at)) continue;
      const words = nameLength(group, at);
      const after = group[at + words];
      const last = group[at + words - 1]!;
      const firm = (after !== undefined && (after.flags & THING) !== 0) || goesOnAsFirm(survey, last.end);
      if (!firm) spans.push({ start: group[at]!.start, end: last.end });
      at += words - 1;
    }
  }
  return spans;
}

export const PERSON: Detector = { kind: 'person', name: 'person', needs: needs(0, CAPITAL), find };

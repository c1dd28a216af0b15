import { CAPITAL } from '../marks.ts';
import type { Survey } from '../survey.ts';
import { createBeginnings } from '../words.ts';
import { type Detector, NONE, needs, type Span } from './detector.ts';
import { saidBefore, type Told } from './names/context.ts';
import { folded } from './names/folded.ts';
import {
  ends,
  isAcronym,
  isInitial,
  MAX_GROUP_WORDS,
  nextInGroup,
  readGroup,
  readWord,
  starts,
  words,
} from './names/group.ts';
import {
  AMBIGUOUS,
  endsLikeFamily,
  FAMILY,
  GIVEN,
  GREETING,
  hardlyOther,
  PLACE_PREFIX,
  PLAIN,
  SUFFIX,
  THING,
  TITLE,
} from './names/known.ts';
import { lettersOf, type Word } from './names/lexicon.ts';

/** Words of one name at the most. */
const MAX_NAME_WORDS = 5;
const NO_WORD: Word = 0;

const SPACE = 32;

const NEVER = PLAIN | THING | TITLE | GREETING;
const usable = (word: Word): boolean => lettersOf(word) > 1 && !(word & NEVER);
const isFamily = (survey: Survey, index: number): boolean => {
  const word = words[index]!;
  return (word & FAMILY) !== 0 || (!(word & GIVEN) && endsLikeFamily(survey, word, starts[index]!, ends[index]!));
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
  if (isInitial(at)) return followed && isFamily(survey, at + 1);
  if (!usable(here)) return false;
  const before = at > 0 ? words[at - 1]! : NO_WORD;
  if (before & (TITLE | GREETING)) return true;
  if (before & PLACE_PREFIX) return false;
  if (here & GIVEN) return followed || !isAcronym(survey, at);
  if (at + 2 < count && isInitial(at + 1) && usable(words[at + 2]!))
    return !SECTION.test(folded(text.slice(starts[at], ends[at])));
  if (!followed && count === 1 && hardlyOther(survey, here, starts[at]!, ends[at]!)) return true;
  if (followed && here & AMBIGUOUS && (words[at + 1]! & GIVEN || isFamily(survey, at + 1))) return true;
  if (followed && isFamily(survey, at + 1) && !isFamily(survey, at)) return true;
  if (at > 0) return false;
  const said: Told = saidBefore(survey, starts[at]!);
  return said === 'one' || (said === 'several' && count >= 2);
}

/** Goes on after a name in that of a firm. */
const FIRM = /^(?:,? (?:&|and) (?:sons|co|partners|associates|brothers|company)\b|,? (?:inc|ltd|llc|gmbh|plc)\b)/i;

const COMMA = 44;
const mayBeginFirm = createBeginnings('& an in lt ll gm pl');

function goesOnAsFirm({ text, codes }: Survey, end: number): boolean {
  const at = codes[end] === COMMA ? end + 1 : end;
  return codes[at] === SPACE && mayBeginFirm(codes, at + 1) && FIRM.test(text.slice(end, end + 14));
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
    const next = nextInGroup(survey, 0);
    if (next === 0 && (words[0]! & NEVER || isInitial(0))) {
      settle(survey, index, end);
      continue;
    }
    const count = next === 0 ? 1 : readGroup(survey, next);
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
        // What stays is a title, or a word that no name ends in.
        if (at === 1 && words[0]! & NEVER) settle(survey, index, ends[0]!);
      }
      at += length - 1;
    }
    if (!named && count < MAX_GROUP_WORDS) settle(survey, index, end);
  }
  return spans ?? NONE;
}

export const PERSON: Detector = { kind: 'person', name: 'person', needs: needs(0, CAPITAL), find };

import { CAPITAL, needs } from '../traits.ts';
import type { Detector, Span } from './detector.ts';
import { saidBefore, type Told } from './names/context.ts';
import {
  AMBIGUOUS,
  endsLikeFamily,
  FAMILY,
  flagsOf,
  folded,
  GIVEN,
  GREETING,
  hardlyOther,
  PLACE_PREFIX,
  PLAIN,
  SUFFIX,
  THING,
  TITLE,
} from './names/known.ts';
import { PARTICLES } from './names/words.ts';
import { isCapital, isDigit, isLetter, nextCapital, wordEnd } from './words.ts';

/** Words of one name at the most, and of one capitalised group that is looked at. */
const MAX_NAME_WORDS = 5;
const MAX_GROUP_WORDS = 12;

interface Capitalised extends Span {
  /** Folded. */
  readonly word: string;
  readonly flags: number;
}

/** Where the next capitalised word of the same group begins, over a space, the period of an initial or a title, and particles. */
function nextInGroup(text: string, word: Capitalised): number | undefined {
  let at = word.end;
  if (text[at] === '.') {
    if (!isInitial(word) && !(word.flags & (TITLE | SUFFIX))) return undefined;
    at += 1;
    if (isCapital(text, at)) return at;
  }
  if (text[at] !== ' ') return undefined;
  for (let particles = 0; particles < 3; particles += 1) {
    at += 1;
    if (isCapital(text, at)) return at;
    const last = wordEnd(text, at);
    if (last === at || last - at > 3 || text[last] !== ' ' || !PARTICLES.has(text.slice(at, last))) return undefined;
    at = last;
  }
  return undefined;
}

const S = 115;

function readWord(text: string, start: number): Capitalised {
  const last = wordEnd(text, start);
  const possessive = last - start > 2 && text.charCodeAt(last - 1) === S && !isLetter(text, last - 2);
  const end = possessive ? last - 2 : last;
  const word = folded(text.slice(start, end));
  const flags = isDigit(text, end - 1) ? PLAIN : flagsOf(word);
  return { start, end, word, flags };
}

const isInitial = ({ start, end }: Capitalised): boolean => end - start === 1;
/** Short and all in capitals. */
const isAcronym = (text: string, { start, end }: Capitalised): boolean =>
  end - start <= 4 && isCapital(text, start + 1) && isCapital(text, end - 1);

function groupFrom(text: string, first: Capitalised): readonly Capitalised[] {
  const group = [first];
  while (group.length < MAX_GROUP_WORDS) {
    const next = nextInGroup(text, group.at(-1)!);
    if (next === undefined) break;
    group.push(readWord(text, next));
  }
  return group;
}

const NEVER = PLAIN | THING | TITLE | GREETING;
const usable = ({ word, flags }: Capitalised): boolean => word.length > 1 && !(flags & NEVER);
const isFamily = ({ word, flags }: Capitalised): boolean =>
  (flags & FAMILY) !== 0 || (!(flags & GIVEN) && endsLikeFamily(word));

/** Number of words from `at` that are one name, going on while nothing says otherwise. */
function nameLength(group: readonly Capitalised[], at: number): number {
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

function startsName(text: string, group: readonly Capitalised[], at: number): boolean {
  const here = group[at]!;
  const next = group[at + 1];
  if (isInitial(here)) return next !== undefined && usable(next) && isFamily(next);
  if (!usable(here)) return false;
  const before = group[at - 1];
  if (before && before.flags & (TITLE | GREETING)) return true;
  if (before && before.flags & PLACE_PREFIX) return false;
  const followed = next !== undefined && usable(next);
  if (here.flags & GIVEN) return followed || !isAcronym(text, here);
  const afterNext = group[at + 2];
  if (next && isInitial(next) && afterNext && usable(afterNext)) return !SECTION.test(here.word);
  if (!followed && group.length === 1 && hardlyOther(here.word)) return true;
  if (followed && here.flags & AMBIGUOUS && (next.flags & GIVEN || isFamily(next))) return true;
  if (followed && isFamily(next) && !isFamily(here)) return true;
  if (at > 0) return false;
  const said: Told = saidBefore(text, here.start);
  return said === 'one' || (said === 'several' && group.length >= 2);
}

/** Goes on after a name in that of a firm. */
const FIRM = /^(?:,? (?:&|and) (?:sons|co|partners|associates|brothers|company)\b|,? (?:inc|ltd|llc|gmbh|plc)\b)/i;

/**
 * Names of people, by best effort: a title, a greeting or words such as `my name is` before them, a common given name, an initial
 * between two words, or a family name behind another one. Firms, places and things that are called after people are left alone.
 */
function find(text: string): Span[] {
  const spans: Span[] = [];
  for (let from = nextCapital(text, 0); from < text.length; ) {
    const first = readWord(text, from);
    // Most capitals begin a sentence.
    if ((first.flags & NEVER || isInitial(first)) && nextInGroup(text, first) === undefined) {
      from = nextCapital(text, first.end);
      continue;
    }
    const group = groupFrom(text, first);
    for (let at = 0; at < group.length; at += 1) {
      if (!startsName(text, group, at)) continue;
      const words = nameLength(group, at);
      const after = group[at + words];
      const { end } = group[at + words - 1]!;
      const firm = (after !== undefined && (after.flags & THING) !== 0) || FIRM.test(text.slice(end, end + 14));
      if (!firm) spans.push({ start: group[at]!.start, end });
      at += words - 1;
    }
    from = nextCapital(text, group.at(-1)!.end);
  }
  return spans;
}

export const PERSON: Detector = { kind: 'person', name: 'person', needs: needs(0, 2, CAPITAL), find };

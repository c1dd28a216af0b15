import type { Survey } from '../survey.ts';
import { type Codes, isCapital, isDigit, isLetter, isWordChar, wordEnd, wordStart } from '../words.ts';
import { lettersOf, type Word } from './names/lexicon.ts';
import { AFTER, AFTER_CAPITAL, BEFORE, isGlued, PARTICLE, plainStreetWord, streetWord } from './streets.ts';

/** Words looked at for a street's name, at the most. */
const MAX_WORDS_AFTER = 6;
const MAX_WORDS_BEFORE = 5;

const SPACE = 32;
const COMMA = 44;
const PERIOD = 46;
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
const endsStreet = (survey: Survey, word: Word, start: number, end: number): boolean =>
  (word & AFTER) !== 0 ||
  (isCapital(survey.codes, start) && ((word & AFTER_CAPITAL) !== 0 || isGlued(survey, word, start, end)));

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
export function streetAfter(survey: Survey, from: number): number {
  const { codes } = survey;
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
    if (endsStreet(survey, word, start, end) && (count > 1 || isGlued(survey, word, start, end))) found = end;
    if (!inName(codes, word, start)) break;
    start = nextWord(codes, end);
  }
  return found;
}

/** Begin of the words, of at most so many before the last, of which the first is one that stands in front of a street's name; else -1. */
function prefixedBefore(survey: Survey, last: number): number {
  const { codes } = survey;
  let found = -1;
  let end = lastWord(codes, last);
  for (let count = 2; end >= 0 && count <= MAX_WORDS_BEFORE; count += 1) {
    const start = wordStart(codes, end);
    const word = streetWord(survey, start, end);
    if (word & BEFORE) found = start;
    if (!inName(codes, word, start)) return found;
    end = lastWord(codes, start);
  }
  return found;
}

/** `Koskikatu 25`, `Via Roma 12`, `Erzsébet tér 19`: where the street begins whose name stands before a number; else -1. */
export function streetBefore(survey: Survey, number: number): number {
  const { codes } = survey;
  const end = lastWord(codes, number);
  if (end < 0) return -1;
  const start = wordStart(codes, end);
  const word = streetWord(survey, start, end);
  const prefixed = inName(codes, word, start) ? prefixedBefore(survey, start) : -1;
  if (prefixed >= 0) return prefixed;
  const capital = isCapital(codes, start);
  if (!capital && !(word & AFTER)) return -1;
  let before = lastWord(codes, start);
  let from = before < 0 ? -1 : wordStart(codes, before);
  const named = (word & AFTER) !== 0 && isCapital(codes, from);
  if (!named && !(capital && isGlued(survey, word, start, end))) return -1;
  let first = start;
  for (let count = 2; isCapital(codes, from) && count <= MAX_WORDS_BEFORE; count += 1) {
    first = from;
    before = lastWord(codes, from);
    from = before < 0 ? -1 : wordStart(codes, before);
  }
  return first;
}

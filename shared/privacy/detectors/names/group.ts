import type { Survey } from '../../survey.ts';
import { type Codes, isCapital, isDigit, isLetter, isWordChar, wordEnd } from '../../words.ts';
import { knownWord, PLAIN, plainWord, SUFFIX, TITLE } from './known.ts';
import { lettersOf, withFlags } from './lexicon.ts';
import { PARTICLES } from './words.ts';

/** Words of one capitalised group that are looked at, at the most. */
export const MAX_GROUP_WORDS = 12;

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
export const starts = new Uint32Array(MAX_GROUP_WORDS);
export const ends = new Uint32Array(MAX_GROUP_WORDS);
export const words = new Int32Array(MAX_GROUP_WORDS);

/** Where the next capitalised word of the same group begins, over a space, the period of an initial or a title, and particles; else 0. */
export function nextInGroup({ text, codes }: Survey, index: number): number {
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
export function readWord(survey: Survey, index: number, start: number): void {
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

export const isInitial = (index: number): boolean => ends[index]! - starts[index]! === 1;
/** Short and all in capitals. */
export const isAcronym = ({ codes }: Survey, index: number): boolean =>
  ends[index]! - starts[index]! <= 4 && isCapital(codes, starts[index]! + 1) && isCapital(codes, ends[index]! - 1);

/** Reads on from the second word, and tells how many there are. */
export function readGroup(survey: Survey, second: number): number {
  let count = 1;
  for (let next = second; next !== 0 && count < MAX_GROUP_WORDS; next = nextInGroup(survey, count - 1)) {
    readWord(survey, count, next);
    count += 1;
  }
  return count;
}

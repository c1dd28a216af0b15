import type { Survey } from '../../survey.ts';
import { type Codes, isWordChar } from '../../words.ts';
import { folded, TABLE_SIZE } from './folded.ts';

/**
 * A word of a text as the lists know it, in the bits of one number: flags of the lists that it is in, how many letters the folded
 * word has, and its last two.
 */
export type Word = number;

const FLAG_BITS = 12;
const FLAGS = (1 << FLAG_BITS) - 1;
const MOST_LETTERS = 63;
const TAIL_SHIFT = FLAG_BITS + 6;
const ANY_TAIL = 1 << 10;
/** A number of the last two letters of a word, below 2^10. */
export const tailOf = (first: number, second: number): number => ((first & 31) << 5) | (second & 31);

export const lettersOf = (word: Word): number => (word >> FLAG_BITS) & MOST_LETTERS;
export const flagsOf = (word: Word): number => word & FLAGS;
export const withFlags = (word: Word, flags: number): Word => (word & ~FLAGS) | flags;
const wordOf = (flags: number, letters: number, tail: number): Word =>
  flags | (Math.min(letters, MOST_LETTERS) << FLAG_BITS) | (tail << TAIL_SHIFT);

/** Words that end in one of these; where a word's end was not looked at, it may. */
export function createTails(endings: readonly string[]): (word: Word) => boolean {
  const tails = new Uint8Array(ANY_TAIL + 1);
  tails[ANY_TAIL] = 1;
  for (const ending of endings.map(folded))
    tails[tailOf(ending.charCodeAt(ending.length - 2), ending.charCodeAt(ending.length - 1))] = 1;
  return (word) => tails[word >> TAIL_SHIFT] === 1;
}

/** Characters that fold one by one fold to two letters at most, here one above the other; some to none. */
const FOLDED = Uint16Array.from({ length: TABLE_SIZE }, (_, code) => {
  const letters = folded(String.fromCharCode(code));
  return (letters.charCodeAt(0) || 0) | ((letters.charCodeAt(1) || 0) << 8);
});
const HYPHEN = 45;
const APOSTROPHE = 0x2019;
/** Letters above fold as patterns ignoring case would not. */
const LATIN_1 = 0x100;

/** Longer words are in no list that is read here. */
const MAX_CHARS = 32;

const LETTERS = Uint8Array.from({ length: 128 }, (_, code) =>
  /[a-z]/i.test(String.fromCharCode(code)) ? code & 31 : 0,
);
const asciiLetter = (code: number): number => (code < 128 ? LETTERS[code]! : 0);

/** Base of the hash, above the letters of the alphabet: of words of up to six letters no two have the same. */
const BASE = 31;
const withLetter = (hash: number, letter: number): number => (Math.imul(hash, BASE) + (letter & 31)) | 0;
const hashOf = (word: string): number => {
  let hash = 0;
  for (let at = 0; at < word.length; at += 1) hash = withLetter(hash, word.charCodeAt(at));
  return hash;
};

/**
 * Reads words, and knows those of its lists, without making a string or an object of each. Longer ones it knows by their hash: of
 * four thousand million others one is taken for a given word of the lists.
 */
export function createLexicon(lists: readonly (readonly [number, string | Iterable<string>])[]) {
  const known = new Map<string, number>();
  for (const [flag, list] of lists)
    for (const word of typeof list === 'string' ? list.trim().split(/\s+/) : list)
      known.set(word, (known.get(word) ?? 0) | flag);
  const size = 2 ** Math.ceil(Math.log2(known.size * 2));
  /** By slot the hash of a word, or 0, and behind it its flags: side by side, they are read at once. */
  const slots = new Int32Array(size * 2);

  const slotOf = (hash: number): number => Math.imul(hash, 0x9e3779b1) >>> shift;
  const shift = 32 - Math.log2(size);
  for (const [word, flag] of known) {
    if (!/^[a-z]+$/.test(word)) continue;
    const hash = hashOf(word);
    let slot = slotOf(hash);
    while (slots[slot * 2] !== 0) slot = (slot + 1) & (size - 1);
    slots[slot * 2] = hash;
    slots[slot * 2 + 1] = flag;
  }

  function flagsOfHash(hash: number): number {
    for (let slot = slotOf(hash); ; slot = (slot + 1) & (size - 1)) {
      const found = slots[slot * 2]!;
      if (found === hash) return slots[slot * 2 + 1]!;
      if (found === 0) return 0;
    }
  }
  function unread(text: string, start: number, end: number): Word {
    const word = folded(text.slice(start, end));
    return wordOf(known.get(word) ?? 0, word.length, ANY_TAIL);
  }

  /** The word that begins here, of ASCII letters only and not too long; else 0. It ends behind so many letters as it has. */
  function plain(codes: Codes, start: number): Word {
    let hash = 0;
    let at = start;
    for (let letter = asciiLetter(codes[at]!); letter !== 0; letter = asciiLetter(codes[at]!)) {
      hash = withLetter(hash, letter);
      at += 1;
    }
    const count = at - start;
    if (count === 0 || count > MAX_CHARS || isWordChar(codes, at)) return 0;
    return wordOf(flagsOfHash(hash), count, count > 1 ? tailOf(codes[at - 2]!, codes[at - 1]!) : ANY_TAIL);
  }

  function between({ text, codes }: Survey, start: number, end: number): Word {
    if (end - start > MAX_CHARS) return unread(text, start, end);
    let count = 0;
    let hash = 0;
    let seen = 0;
    /** The last two letters. */
    let tail = 0;
    for (let at = start; at < end; at += 1) {
      const code = codes[at]!;
      if (code >= TABLE_SIZE) {
        if (code === APOSTROPHE) continue;
        return unread(text, start, end);
      }
      seen |= code;
      const letter = FOLDED[code]!;
      if (letter === 0) {
        if (code === HYPHEN && codes[start] !== HYPHEN) break;
        continue;
      }
      hash = withLetter(hash, letter);
      tail = (tail << 8) | (letter & 0xff);
      count += 1;
      if (letter > 0xff) {
        hash = withLetter(hash, letter >> 8);
        tail = (tail << 8) | (letter >> 8);
        count += 1;
      }
    }
    const ending = seen < LATIN_1 && count > 1 ? tailOf(tail >> 8, tail) : ANY_TAIL;
    return wordOf(count > 0 ? flagsOfHash(hash) : 0, count, ending);
  }

  return { plain, between };
}

import type { Survey } from '../../survey.ts';
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
export const ANY_TAIL = 1 << 10;
const tailOf = (first: number, second: number): number => ((first & 31) << 5) | (second & 31);

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

/** Reads words, and knows those of its lists, without making a string or an object of each. */
export function createLexicon(lists: readonly (readonly [number, string | Iterable<string>])[]) {
  const known = new Map<string, number>();
  for (const [flag, list] of lists)
    for (const word of typeof list === 'string' ? list.trim().split(/\s+/) : list)
      known.set(word, (known.get(word) ?? 0) | flag);
  const words = [...known.keys()].filter((word) => /^[a-z]{1,32}$/.test(word));
  const flags = Uint16Array.from(words, (word) => known.get(word)!);
  /** The words one after another, and where each begins. */
  const pool = new TextEncoder().encode(words.join(''));
  const begins = new Uint32Array(words.length + 1);
  for (const [index, word] of words.entries()) begins[index + 1] = begins[index]! + word.length;
  /** Of the word being read. */
  const letters = new Uint8Array(2 * MAX_CHARS);
  const size = 2 ** Math.ceil(Math.log2(words.length * 3));
  /** For each word its place in the lists, and above it half of its hash. */
  const slots = new Uint32Array(size);

  const withLetter = (hash: number, letter: number): number => (Math.imul(hash, 31) + letter) | 0;
  const slotOf = (hash: number): number => (hash ^ (hash >>> 15)) & (size - 1);
  const INDEX = 0xffff;
  for (const [index, word] of words.entries()) {
    let hash = 0;
    for (let at = 0; at < word.length; at += 1) hash = withLetter(hash, word.charCodeAt(at));
    let slot = slotOf(hash);
    while (slots[slot] !== 0) slot = (slot + 1) & (size - 1);
    slots[slot] = (hash & ~INDEX) | (index + 1);
  }

  function isRead(index: number, count: number): boolean {
    const from = begins[index]!;
    if (begins[index + 1]! - from !== count) return false;
    let at = 0;
    while (at < count && pool[from + at] === letters[at]) at += 1;
    return at === count;
  }
  function flagsRead(hash: number, count: number): number {
    for (let slot = slotOf(hash); ; slot = (slot + 1) & (size - 1)) {
      const found = slots[slot]! | 0;
      if (found === 0) return 0;
      const index = (found & INDEX) - 1;
      if ((found ^ hash) >>> 16 === 0 && isRead(index, count)) return flags[index]!;
    }
  }
  function unread(text: string, start: number, end: number): Word {
    const word = folded(text.slice(start, end));
    return wordOf(known.get(word) ?? 0, word.length, ANY_TAIL);
  }

  return ({ text, codes }: Survey, start: number, end: number): Word => {
    if (end - start > MAX_CHARS) return unread(text, start, end);
    let count = 0;
    let hash = 0;
    let seen = 0;
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
      letters[count] = letter;
      hash = withLetter(hash, letter & 0xff);
      count += 1;
      if (letter > 0xff) {
        letters[count] = letter >> 8;
        hash = withLetter(hash, letter >> 8);
        count += 1;
      }
    }
    const tail = seen < LATIN_1 && count > 1 ? tailOf(letters[count - 2]!, letters[count - 1]!) : ANY_TAIL;
    return wordOf(count > 0 ? flagsRead(hash, count) : 0, count, tail);
  };
}

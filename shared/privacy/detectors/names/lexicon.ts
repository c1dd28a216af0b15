import type { Survey } from '../../survey.ts';
import type { Span } from '../detector.ts';
import { folded, TABLE_SIZE } from './folded.ts';

/** A word of a text as the lists know it. */
export interface Word extends Span {
  /** Of the lists that it is in. */
  readonly flags: number;
  /** Letters of the folded word. */
  readonly letters: number;
  /** Its last two folded letters, as `tailOf` gives them; ANY_TAIL where they were not looked at. */
  readonly tail: number;
}

export const ANY_TAIL = -1;
const tailOf = (first: number, second: number): number => ((first & 31) << 5) | (second & 31);

/** Words that end in one of these; where a word's end was not looked at, it may. */
export function createTails(endings: readonly string[]): (tail: number) => boolean {
  const tails = new Uint8Array(1 << 10);
  for (const ending of endings.map(folded))
    tails[tailOf(ending.charCodeAt(ending.length - 2), ending.charCodeAt(ending.length - 1))] = 1;
  return (tail) => tail === ANY_TAIL || tails[tail] === 1;
}

/** Characters that fold one by one fold to two letters at most; combining marks, and letters that are not Latin, fold to none. */
const FIRST = new Uint8Array(TABLE_SIZE);
const SECOND = new Uint8Array(TABLE_SIZE);
for (let code = 0; code < TABLE_SIZE; code += 1) {
  const letters = folded(String.fromCharCode(code));
  FIRST[code] = letters.charCodeAt(0) || 0;
  SECOND[code] = letters.charCodeAt(1) || 0;
}
const HYPHEN = 45;
const APOSTROPHE = 0x2019;
/** Letters above fold as patterns ignoring case would not. */
const LATIN_1 = 0x100;

/** Words of more letters are in no list. */
const MAX_LETTERS = 32;

/** Reads words, and knows those of its lists, without making a string of each. */
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
  const letters = new Uint8Array(MAX_LETTERS);
  const size = 2 ** Math.ceil(Math.log2(words.length * 4));
  const slots = new Uint16Array(size);

  const withLetter = (hash: number, letter: number): number => (Math.imul(hash, 31) + letter) | 0;
  const slotOf = (hash: number): number => (hash ^ (hash >>> 15)) & (size - 1);
  for (const [index, word] of words.entries()) {
    let hash = 0;
    for (let at = 0; at < word.length; at += 1) hash = withLetter(hash, word.charCodeAt(at));
    let slot = slotOf(hash);
    while (slots[slot] !== 0) slot = (slot + 1) & (size - 1);
    slots[slot] = index + 1;
  }

  function isRead(index: number, count: number): boolean {
    const from = begins[index]!;
    if (begins[index + 1]! - from !== count) return false;
    let at = 0;
    while (at < count && pool[from + at] === letters[at]) at += 1;
    return at === count;
  }
  function flagsRead(hash: number, count: number): number {
    for (let slot = slotOf(hash); slots[slot] !== 0; slot = (slot + 1) & (size - 1)) {
      const index = slots[slot]! - 1;
      if (isRead(index, count)) return flags[index]!;
    }
    return 0;
  }
  function unread(text: string, start: number, end: number): Word {
    const word = folded(text.slice(start, end));
    return { start, end, flags: known.get(word) ?? 0, letters: word.length, tail: ANY_TAIL };
  }

  return ({ text, codes }: Survey, start: number, end: number): Word => {
    const hyphened = codes[start] !== HYPHEN;
    let count = 0;
    let hash = 0;
    let latin1 = true;
    for (let at = start; at < end; at += 1) {
      const code = codes[at]!;
      if (code === HYPHEN && hyphened) break;
      if (code === APOSTROPHE) continue;
      if (code >= TABLE_SIZE || count >= MAX_LETTERS - 1) return unread(text, start, end);
      if (code >= LATIN_1) latin1 = false;
      const first = FIRST[code]!;
      if (first === 0) continue;
      letters[count] = first;
      hash = withLetter(hash, first);
      count += 1;
      const second = SECOND[code]!;
      if (second === 0) continue;
      letters[count] = second;
      hash = withLetter(hash, second);
      count += 1;
    }
    const tail = latin1 && count > 1 ? tailOf(letters[count - 2]!, letters[count - 1]!) : ANY_TAIL;
    return { start, end, flags: count > 0 ? flagsRead(hash, count) : 0, letters: count, tail };
  };
}

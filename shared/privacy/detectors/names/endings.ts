import type { Survey } from '../../survey.ts';
import type { Codes } from '../../words.ts';
import { tailOf } from './lexicon.ts';

const SMALL = 32;
const isLetter = (code: number): boolean => code < 128 && (((code | SMALL) - 97) & 0xffff) < 26;

function endsAt(codes: Codes, end: number, ending: string): boolean {
  for (let at = 1; at <= ending.length; at += 1)
    if ((codes[end - at]! | SMALL) !== ending.charCodeAt(ending.length - at)) return false;
  return true;
}

/**
 * Tells whether a word ends in one of these, in any case of letters, behind so many letters at the least. Words of other than ASCII
 * letters are told by the pattern.
 */
export function createEndsIn(endings: readonly string[], behind: number, other: (word: string) => boolean) {
  const byTail: string[][] = Array.from({ length: 1 << 10 }, () => []);
  for (const ending of endings)
    byTail[tailOf(ending.charCodeAt(ending.length - 2), ending.charCodeAt(ending.length - 1))]!.push(ending);
  return ({ text, codes }: Survey, start: number, end: number): boolean => {
    for (let at = start; at < end; at += 1) if (!isLetter(codes[at]!)) return other(text.slice(start, end));
    if (end - start < 2) return false;
    const known = byTail[tailOf(codes[end - 2]!, codes[end - 1]!)]!;
    for (let index = 0; index < known.length; index += 1) {
      const ending = known[index]!;
      if (end - start >= ending.length + behind && endsAt(codes, end, ending)) return true;
    }
    return false;
  };
}

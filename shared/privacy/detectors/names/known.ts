import { AMBIGUOUS_GIVEN_NAMES } from './ambiguous.ts';
import { FAMILY_NAMES } from './family.ts';
import { GIVEN_NAMES } from './given.ts';
import * as words from './words.ts';

/** What a word is known as; bits, so that one look-up tells all. */
export const GIVEN = 1;
/** A given name that is another word too. */
export const AMBIGUOUS = 2;
export const FAMILY = 4;
export const TITLE = 8;
export const GREETING = 16;
export const SUFFIX = 32;
export const PLACE_PREFIX = 64;
/** After or inside a capitalised group: it names a firm, a place or a thing. */
export const THING = 128;
/** Capitalised for another reason. */
export const PLAIN = 256;

const LISTS: readonly (readonly [number, string])[] = [
  [GIVEN, GIVEN_NAMES],
  [AMBIGUOUS, AMBIGUOUS_GIVEN_NAMES],
  [FAMILY, FAMILY_NAMES],
  [TITLE, words.TITLES],
  [GREETING, words.GREETINGS],
  [SUFFIX, words.SUFFIXES],
  [PLACE_PREFIX, words.PLACE_PREFIXES],
  [THING, words.THINGS],
  [PLAIN, words.PLAIN],
];
const known = new Map<string, number>();
for (const [flag, list] of LISTS)
  for (const word of list.trim().split(/\s+/)) known.set(word, (known.get(word) ?? 0) | flag);

/** Endings of family names; the word must be long enough that few words of other kinds have them. */
const ENDINGS =
  /(?:enko|czuk|czyk|wicz|ski|ska|sky|skij|skaya|dottir|sson|[nrldtg]sen|poulos|opoulou|akis|idis|iadis|ovic|evic|ovich|evich|escu|eanu|oglu|shvili|adze|inen|nen|quist|qvist|strom|gren|lund|dahl|gaard|stad|rud|stein|berg|mann|meier|mayer|ova|eva|ez|iak|chuk|yan|ian)$/;
/** Endings that hardly any other word has. */
const SURE_ENDINGS =
  /(?:enko|czuk|czyk|owicz|ovich|evich|ovic|evic|opoulos|opoulou|oglu|escu|dottir|shvili|ovova|[^aeiou]ova|[rn]sen)$/;

const FOLDED: Readonly<Record<string, string>> = {
  ł: 'l',
  ø: 'o',
  æ: 'ae',
  ß: 'ss',
  đ: 'd',
  ð: 'd',
  ı: 'i',
  œ: 'oe',
  þ: 'th',
};

/** Lower case without accents, as the lists have it; of a name with a hyphen its first part. */
export function folded(word: string): string {
  const lower = word.toLowerCase();
  let plain = true;
  for (let at = 0; at < lower.length && plain; at += 1) {
    const code = lower.charCodeAt(at);
    plain = code >= 97 && code <= 122;
  }
  if (plain) return lower;
  const hyphen = lower.indexOf('-');
  return (hyphen > 0 ? lower.slice(0, hyphen) : lower)
    .normalize('NFD')
    .replace(/[^a-z]/g, (char) => FOLDED[char] ?? '');
}

/** Flags of a folded word. */
export const flagsOf = (word: string): number => known.get(word) ?? 0;
/** Whether a folded word that no list knows looks like a family name. */
export const endsLikeFamily = (word: string): boolean => word.length >= 6 && ENDINGS.test(word);
/** Whether it is one even where it stands alone. */
export const hardlyOther = (word: string): boolean => word.length >= 7 && SURE_ENDINGS.test(word);

import type { Survey } from '../../survey.ts';
import { AMBIGUOUS_GIVEN_NAMES } from './ambiguous.ts';
import { createEndsIn } from './endings.ts';
import { FAMILY_NAMES } from './family.ts';
import { folded } from './folded.ts';
import { GIVEN_NAMES } from './given.ts';
import { createLexicon, createTails, lettersOf, type Word } from './lexicon.ts';
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

/** Read words. */
export const { plain: plainWord, between: knownWord } = createLexicon([
  [GIVEN, GIVEN_NAMES],
  [AMBIGUOUS, AMBIGUOUS_GIVEN_NAMES],
  [FAMILY, FAMILY_NAMES],
  [TITLE, words.TITLES],
  [GREETING, words.GREETINGS],
  [SUFFIX, words.SUFFIXES],
  [PLACE_PREFIX, words.PLACE_PREFIXES],
  [THING, words.THINGS],
  [PLAIN, words.PLAIN],
]);

/** Endings of family names; the word must be long enough that few words of other kinds have them. */
const ENDINGS =
  'enko czuk czyk wicz ski ska sky skij skaya dottir sson nsen rsen lsen dsen tsen gsen poulos opoulou akis idis iadis ovic evic ovich evich escu eanu oglu shvili adze inen nen quist qvist strom gren lund dahl gaard stad rud stein berg mann meier mayer ova eva ez iak chuk yan ian'.split(
    ' ',
  );
const mayEnd = createTails(ENDINGS);
const ENDS = new RegExp(`(?:${ENDINGS.join('|')})$`);
const endsIn = createEndsIn(ENDINGS, 0, (word) => ENDS.test(folded(word)));
/** Those of them that hardly any other word has. */
const SURE_ENDINGS =
  'enko czuk czyk owicz ovich evich ovic evic opoulos opoulou oglu escu dottir shvili ovova rsen nsen'
    .split(' ')
    .concat(Array.from('bcdfghjklmnpqrstvwxyz', (consonant) => `${consonant}ova`));
const SURELY_ENDS = new RegExp(`(?:${SURE_ENDINGS.join('|')})$`);
const surelyEndsIn = createEndsIn(SURE_ENDINGS, 0, (word) => SURELY_ENDS.test(folded(word)));
const mayEndSurely = createTails('ko uk yk cz ch ic os ou lu cu ir li va en'.split(' '));

const MIN_LETTERS = 6;
const MIN_SURE_LETTERS = 7;

/** Whether a word that no list knows, between these places, looks like a family name. */
export const endsLikeFamily = (survey: Survey, word: Word, start: number, end: number): boolean =>
  lettersOf(word) >= MIN_LETTERS && mayEnd(word) && endsIn(survey, start, end);
/** Whether it is one even where it stands alone. */
export const hardlyOther = (survey: Survey, word: Word, start: number, end: number): boolean =>
  lettersOf(word) >= MIN_SURE_LETTERS && mayEndSurely(word) && surelyEndsIn(survey, start, end);

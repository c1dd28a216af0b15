import type { Survey } from '../../survey.ts';
import { isLetter, wordStart } from '../../words.ts';
import { folded } from './folded.ts';
import { createLexicon, flagsOf, lettersOf } from './lexicon.ts';

/** How surely the words before a capitalised group say that it is a person: of any group, of one of several words, not at all. */
export type Told = 'one' | 'several' | 'none';

const ONE_FOLLOWS =
  /(?<=(?:\bname(?:['’]s| is|d)?:?|\bnombre es|\bme llamo|\bm['’]appelle|\bich hei(?:ß|ss)e|\bmein name ist|\bmi chiamo|\bmeu nome é|\bnazywam się|\b(?:jag|jeg) he(?:t|dd)er|\bnimeni on|\bcalls? me|\b(?:regards|sincerely|yours|cheers|respectfully|faithfully|signed|attn|cardholder|patient|passenger|assignee|reporter)[,:]?|\b(?:mr|mrs|ms|dr|prof)\.?)\s{0,8})/iy;
const SEVERAL_FOLLOW =
  /(?<=(?:\bi am|\bi['’]m|\bthis is|\bcalled|\bknown as|\bspeaking with|\bon behalf of|\bmarried to|\bauthor|\bwritten by|\bsung by|\b(?:customer|contact|client|employee|owner|sender|recipient|manager|guest|user|doctor|nurse|teacher|agent|beneficiary|payee|holder):?|\b(?:from|to|cc|bcc):)\s{0,8})/iy;
const ONE = 1;
const SEVERAL = 2;
const listed = (words: string): readonly string[] => words.split(/\s+/).map(folded);
/** What the patterns above end with: whether they are worth trying. */
const { between: lastWord } = createLexicon([
  [
    ONE,
    listed(`name name's named is es llamo m'appelle heiße heisse ist chiamo é się heter hedder on me regards sincerely yours cheers
respectfully faithfully signed attn cardholder patient passenger assignee reporter mr mrs ms dr prof`),
  ],
  [
    SEVERAL,
    listed(`am i'm is called as with of to author by customer contact client employee owner sender recipient manager guest user
doctor nurse teacher agent beneficiary payee holder from cc bcc`),
  ],
]);
/** White space, `,`, `.`, `:` and `>`. */
const SKIPPED = Uint8Array.from({ length: 256 }, (_, code) =>
  /[ \n\r\t\u00a0,.:>]/.test(String.fromCharCode(code)) ? 1 : 0,
);

function endsAt(pattern: RegExp, text: string, at: number): boolean {
  pattern.lastIndex = at;
  return pattern.test(text);
}

export function saidBefore(survey: Survey, start: number): Told {
  const { text, codes } = survey;
  let end = start;
  while (end > 0 && start - end < 10 && SKIPPED[codes[end - 1]!]) end -= 1;
  if (end === 0) return 'none';
  const from = wordStart(codes, end);
  if (!isLetter(codes, from)) return 'none';
  const word = lastWord(survey, from, end);
  const flags = flagsOf(word);
  if (flags === 0) return 'none';
  // Of a word with a hyphen the lists tell the first part only.
  const parts = lettersOf(word) !== end - from;
  if ((parts || flags & ONE) && endsAt(ONE_FOLLOWS, text, start)) return 'one';
  return (parts || flags & SEVERAL) && endsAt(SEVERAL_FOLLOW, text, start) ? 'several' : 'none';
}

import { SAYS_BIRTH } from '../marks.ts';
import { lengths } from '../shapes.ts';
import { asciiSet } from '../words.ts';
import { numbersBy } from './by-number.ts';
import { type Detector, needs } from './detector.ts';

const MONTH = String.raw`(?:jan|feb|f[eé]v|m[aä]r|apr|avr|abr|ma[iy]|mag|jun|juin|giu|jul|juil|lug|aug|ago|ao[uû]|sep|set|oct|okt|ott|out|nov|dec|dez|d[eé]c|dic|gen|ene)\p{L}{0,9}\.?`;
const DATE = String.raw`(?:(?<=(?<!\p{L})(?<before>${MONTH} ))\d{1,2}(?:st|nd|rd|th)?,? \d{4}|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/. ]{1,2}\d{1,2}[-/. ]{1,2}(?:\d{4}|\d{2})|\d{1,2}(?:st|nd|rd|th|er|º|\.)?(?: of| de)? ?[- ]?${MONTH}(?: de)?[ ,-]{1,2}(?:\d{4}|\d{2})|(?:19|20)\d\d)`;
const DATES = new RegExp(String.raw`(?<![\p{L}\d./-])${DATE}(?![\d/-])`, 'iuy');
const BORN =
  /(?:\bd\.?o\.?b\b|\bborn\b|\bbirth(?:day|date)?\b|\bgeb(?:oren|\b|urtsdatum)|\bn[ée]e?(?= le| en|$)|\bdate de naissance|\bnacid[oa]|\bfecha de nacimiento|\bnascid[oa]|\bdata de nascimento|\bnat[oa] il|\bdata di nascita|\bgeboortedatum|\bf[øö]d(?:t|d|elsdat)|\bsyntym[äa]|\burodz|\bdatum narozen)/i;
/** How far before a date a word may say that it is one of birth, and how long such words are. */
const NEAR = 28;
/** A digit, or the end of a sentence or of what was replaced. */
const ENDS = asciiSet(/[\d;!?[\]]/);
const WORDS = 24;

/** Without another number or sentence in between. */
function isBirth(date: string, text: string, start: number): number {
  let from = start;
  while (from > 0 && start - from < NEAR && ENDS[text.charCodeAt(from - 1)] !== 1) from -= 1;
  if (start - from < 4) return 0;
  return BORN.test(text.slice(Math.max(0, from === start - NEAR ? from - WORDS : from), start)) ? date.length : 0;
}

/** The day somebody was born: a date beside a word that says so. */
export const BIRTH_DATE: Detector = {
  kind: 'birth_date',
  name: 'birth date',
  needs: needs(1, SAYS_BIRTH),
  ...numbersBy({ lengths: lengths(1, 2) | lengths(4) }, DATES, isBirth),
};

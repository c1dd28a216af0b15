import type { Survey } from '../survey.ts';
import { asciiSet, type Codes, isDigit } from '../words.ts';
import { UNIT } from './streets.ts';

const NEWLINE = 10;
const SPACE = 32;
const COMMA = 44;

const POSTAL = String.raw`(?:[A-Z]{1,3}-)?\d{3,6}(?:[ -]\d{2,4})?`;
const PART = String.raw`(?:${UNIT}[.:#]? ?#?[\dA-Z][\w-]{0,6}|[A-Z]{1,2}\d[\dA-Z]? \d[A-Z]{2}|[A-Z]\d[A-Z] \d[A-Z]\d|[A-Z]{2},? \d{5}(?:-\d{4})?|${POSTAL})`;
const PLACE = String.raw`(?:\p{Lu}[\p{L}\p{M}.'’-]*|\(\p{Lu}\p{L}+\))(?: (?:\p{Lu}[\p{L}\p{M}.'’-]*|de|la|le|of|am|an|der|sur)){0,4}`;
/** What an address goes on with: units and postal codes after a space, places after a code, a comma or on lines of their own. */
const GOES_ON = new RegExp(
  String.raw`(?:[,.;]?\s{1,24}${PART}(?![\p{L}\d])(?:(?<=\d) ${PLACE})?|[.,]?\s{0,3}(?:,|\n[ \t>?]{0,16})[,\s]{0,8}(?:${PART}(?: ${PLACE})?|${PLACE}(?: \d{4,6})?)(?=\s*[\n,.;:!?)]|\s*$| \d))`,
  'uy',
);
const MAX_PARTS = 6;

const BEGINS_REST = asciiSet(/[\s.,;]/);
/** What stands behind the space before a part: white space, a comma, a digit, a capital, or what units' words begin with. */
const BEGINS_PART = asciiSet(/[\s,\dA-Zabdeflprstu]/);
function mayGoOn(codes: Codes, from: number): boolean {
  const behind = codes[from]!;
  if (behind !== SPACE) return behind >= 128 || BEGINS_REST[behind] === 1;
  const next = codes[from + 1]!;
  return next >= 128 || BEGINS_PART[next] === 1;
}

/** Whether a digit, a comma or the end of a line stands between these places: words alone go on with something else. */
function tells(codes: Codes, from: number, to: number): boolean {
  let at = from;
  while (at < to && codes[at] !== COMMA && codes[at] !== NEWLINE && !isDigit(codes, at)) at += 1;
  return at < to;
}

/** Where the address ends whose street ends here. */
export function addressEnd({ text, codes }: Survey, end: number): number {
  let at = end;
  for (let count = 0; count < MAX_PARTS && mayGoOn(codes, at); count += 1) {
    GOES_ON.lastIndex = at;
    const goesOn = GOES_ON.test(text);
    if (!goesOn || !tells(codes, at, GOES_ON.lastIndex)) break;
    at = GOES_ON.lastIndex;
  }
  return at;
}

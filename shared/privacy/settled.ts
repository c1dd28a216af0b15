import type { Finding } from './detect.ts';
import { DIGIT, SEPARATOR } from './marks.ts';
import { digitsOf, kindAt } from './shapes.ts';
import type { Survey } from './survey.ts';
import { asciiSet, type Codes, isWordChar } from './words.ts';

/** ASCII characters that a pattern may refuse right before or behind what it looks for. */
const REFUSED = asciiSet(/[\w:~+/-]/);
const COLON = 58;
const mayBeRefused = (codes: Codes, at: number): boolean => {
  const code = codes[at]!;
  return code < 128 ? REFUSED[code] === 1 : isWordChar(codes, at);
};

/** Whether what stays beside a finding, behind `from`, could have been refused because of it: a word or a number. */
function touches(codes: Codes, { start, end }: Finding, from: number): boolean {
  if (start > 0 && mayBeRefused(codes, start - 1)) return true;
  if (mayBeRefused(codes, codes[end] === COLON ? end + 1 : end)) return true;
  let before = start - 1;
  while (before >= from && kindAt(codes, before) & SEPARATOR) before -= 1;
  if (before >= from && kindAt(codes, before) & DIGIT) return true;
  let behind = end;
  while (kindAt(codes, behind) & SEPARATOR) behind += 1;
  return (kindAt(codes, behind) & DIGIT) !== 0;
}

/** So many digits may be an id that only a word far before it tells: which comes nearer where something between is replaced. */
const TOLD_FROM_FAR = 9;
function isToldFromFar({ cluster, numbers, shapes, numberCount }: Survey, findings: readonly Finding[]): boolean {
  if (cluster < TOLD_FROM_FAR) return false;
  let index = 0;
  for (let number = 0; number < numberCount; number += 1) {
    while (index < findings.length && findings[index]!.end <= numbers[number]!) index += 1;
    const stays = index === findings.length || numbers[number]! < findings[index]!.start;
    if (index > 0 && stays && digitsOf(shapes[number]!) >= TOLD_FROM_FAR) return true;
  }
  return false;
}

/**
 * Whether nothing more is found where these findings are replaced. What stays of a text is found at once or never: detectors ask for
 * nothing that a replacement brings, and refuse nothing that it takes away but characters beside what they look for, or digits of the
 * same number. Of names that is known of groups that hold none.
 */
export function isSettled(survey: Survey, findings: readonly Finding[]): boolean {
  const { text, codes, capitals, capitalCount, groups } = survey;
  let capital = 0;
  let from = 0;
  for (let index = 0; index <= findings.length; index += 1) {
    const end = index < findings.length ? findings[index]!.start : text.length;
    while (capital < capitalCount && capitals[capital]! < from) capital += 1;
    for (; capital < capitalCount && capitals[capital]! < end; capital += 1)
      if (groups.starts[capital]! < from || groups.ends[capital]! > end || groups.ends[capital] === 0) return false;
    if (index === findings.length) break;
    if (touches(codes, findings[index]!, from)) return false;
    from = findings[index]!.end;
  }
  return !isToldFromFar(survey, findings);
}

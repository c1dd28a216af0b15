import type { Finding } from './detect.ts';
import { digitsOf, shapeOf, withDigits } from './shapes.ts';
import { createPlaces, type Survey, survey } from './survey.ts';
import { asciiSet, type Codes, isDigit, isLetter, isWordChar } from './words.ts';

// What is read is never what is written: round after round one and the other.
const EVEN = createPlaces();
const ODD = createPlaces();

const OPENING = 91;
const CLOSING = 93;

const inWord = (codes: Codes, at: number): boolean => isLetter(codes, at) || isDigit(codes, at);
/** Whether a finding begins or ends inside of a word or number: what is left of it reads as another. */
const cuts = (codes: Codes, { start, end }: Finding): boolean =>
  (inWord(codes, start - 1) && inWord(codes, start)) || (inWord(codes, end - 1) && inWord(codes, end));

const cutsAny = ({ codes }: Survey, findings: readonly Finding[]): boolean => {
  for (let index = 0; index < findings.length; index += 1) if (cuts(codes, findings[index]!)) return true;
  return false;
};

/** ASCII characters that a pattern may refuse right before or behind what it looks for. */
const REFUSED = asciiSet(/[\w:-]/);
const COLON = 58;
const mayBeRefused = (codes: Codes, at: number): boolean => {
  const code = codes[at]!;
  return code < 128 ? REFUSED[code] === 1 : isWordChar(codes, at);
};
/** Whether what stays beside a finding could have been refused because of it. */
function touches(codes: Codes, { start, end }: Finding): boolean {
  if (start > 0 && mayBeRefused(codes, start - 1)) return true;
  return mayBeRefused(codes, codes[end] === COLON ? end + 1 : end);
}
const touchesAny = ({ codes }: Survey, findings: readonly Finding[]): boolean => {
  for (let index = 0; index < findings.length; index += 1) if (touches(codes, findings[index]!)) return true;
  return false;
};

/**
 * Whether nothing stays, where these findings are replaced, that anything could be found at: no number, and no capital but of groups
 * that hold no name. What needs neither is found at once or never: its patterns ask for nothing that a replacement brings, and
 * refuse nothing that it takes away, but for the character beside them.
 */
export function isSettled(before: Survey, findings: readonly Finding[]): boolean {
  const { numbers, numberCount, capitals, capitalCount, groups } = before;
  let number = 0;
  let capital = 0;
  let from = 0;
  for (let index = 0; index <= findings.length; index += 1) {
    const end = index < findings.length ? findings[index]!.start : before.text.length;
    while (number < numberCount && numbers[number]! < from) number += 1;
    if (number < numberCount && numbers[number]! < end) return false;
    while (capital < capitalCount && capitals[capital]! < from) capital += 1;
    for (; capital < capitalCount && capitals[capital]! < end; capital += 1)
      if (groups.starts[capital]! < from || groups.ends[capital]! > end || groups.ends[capital] === 0) return false;
    if (index < findings.length) from = findings[index]!.end;
  }
  return !touchesAny(before, findings);
}

/**
 * Looks over a text in which findings of a surveyed one were replaced, each by its kind in brackets, without reading again what
 * stayed. Marks stay, though some of them may stand for what is gone: detectors look where they need not. New ones do not come
 * up: a bracket ends each word, number and code, and no detector reads over one.
 */
export function resurvey(before: Survey, text: string, findings: readonly Finding[]): Survey {
  if (cutsAny(before, findings)) return survey(text);
  const { codes, numbers, shapes, capitals, groups } = before.codes === EVEN.codes ? ODD : EVEN;
  let to = 0;
  let numberCount = 0;
  let capitalCount = 0;
  let number = 0;
  let capital = 0;
  const keep = (from: number, end: number): void => {
    const moved = to - from;
    for (let at = from; at < end; at += 1) codes[at + moved] = before.codes[at]!;
    to += end - from;
    while (number < before.numberCount && before.numbers[number]! < from) number += 1;
    for (; number < before.numberCount && before.numbers[number]! < end; number += 1) {
      numbers[numberCount] = before.numbers[number]! + moved;
      shapes[numberCount] = before.shapes[number]!;
      numberCount += 1;
    }
    while (capital < before.capitalCount && before.capitals[capital]! < from) capital += 1;
    for (; capital < before.capitalCount && before.capitals[capital]! < end; capital += 1) {
      capitals[capitalCount] = before.capitals[capital]! + moved;
      const whole = before.groups.starts[capital]! >= from && before.groups.ends[capital]! <= end;
      groups.starts[capitalCount] = before.groups.starts[capital]! + moved;
      groups.ends[capitalCount] = whole && before.groups.ends[capital]! > 0 ? before.groups.ends[capital]! + moved : 0;
      capitalCount += 1;
    }
  };
  let from = 0;
  for (const { kind, start, end } of findings) {
    keep(from, start);
    codes[to] = OPENING;
    for (let at = 0; at < kind.length; at += 1) codes[to + 1 + at] = kind.charCodeAt(at);
    to += kind.length + 2;
    codes[to - 1] = CLOSING;
    from = end;
  }
  keep(from, before.text.length);
  codes[to] = 0;
  let anyShape = 0;
  let digits = 0;
  for (let index = 0; index < numberCount; index += 1) {
    const start = numbers[index]!;
    let end = start;
    while (codes[end]! >= 48 && codes[end]! <= 57) end += 1;
    digits += end - start;
    const shape = shapeOf(codes, start, end);
    // Not fewer than there are: some of them may be gone.
    shapes[index] = withDigits(shape, digitsOf(shapes[index]!));
    anyShape |= shape;
  }
  const cluster = Math.min(before.cluster, digits);
  return {
    text,
    codes,
    marks: before.marks,
    cluster,
    numbers,
    shapes,
    numberCount,
    anyShape,
    capitals,
    capitalCount,
    groups,
  };
}

import type { Finding } from './detect.ts';
import type { Found } from './overlaps.ts';
import { digitsOf, shapeOf, withDigits } from './shapes.ts';
import { createPlaces, type Survey, survey } from './survey.ts';
import { type Codes, isDigit, isLetter } from './words.ts';

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

/**
 * Looks over a text in which findings of a surveyed one were replaced, each by its kind in brackets, without reading again what
 * stayed. Marks stay, though some of them may stand for what is gone: detectors look where they need not. New ones do not come
 * up: a bracket ends each word, number and code, and no detector reads over one.
 */
export function resurvey(before: Survey, text: string, { findings, lost }: Found): Survey {
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
      // A name that was lost may be found beside what is known to hold none.
      const whole = !lost && before.groups.starts[capital]! >= from && before.groups.ends[capital]! <= end;
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

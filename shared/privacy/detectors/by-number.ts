import { ANY_SHAPE, digitsOf, kindAt } from '../shapes.ts';
import type { Survey } from '../survey.ts';
import { type Accept, readAt, readerOf } from './by-pattern.ts';
import { type Detector, type May, NONE, type Place, type Span } from './detector.ts';

/** Tells what stands exactly there, not before where the last finding ended. */
type At = (survey: Survey, at: number, from: number) => Span | undefined;

const MAX_LEAD = 2;

/** Finds what begins at a number, by its shape first. */
export function atNumbers(place: Place, find: At): Pick<Detector, 'place' | 'find'> {
  const { lengths, around = ANY_SHAPE, digits = 1, lead = 0, may } = place;
  return {
    place,
    find(survey) {
      const { codes, numbers, shapes, numberCount } = survey;
      let spans: Span[] | undefined;
      let next = 0;
      for (let index = 0; index < numberCount; index += 1) {
        const shape = shapes[index]!;
        if (!(shape & lengths && shape & around) || digitsOf(shape) < digits) continue;
        const number = numbers[index]!;
        let at = number;
        if (lead !== 0) while (number - at < MAX_LEAD && kindAt(codes, at - 1) & lead) at -= 1;
        for (at = Math.max(at, next); at <= number; at += 1) {
          if (may && !may(codes, at)) continue;
          const span = find(survey, at, next);
          if (!span) continue;
          spans ??= [];
          spans.push(span);
          next = Math.max(span.end, at + 1);
          at = next - 1;
        }
      }
      return spans ?? NONE;
    },
  };
}

/** As `byPattern`, for a sticky pattern that begins at a number. */
export function numbersBy(place: Place, named: RegExp, accept?: Accept): Pick<Detector, 'place' | 'find'> {
  const read = readAt(readerOf(named), accept);
  return atNumbers(place, ({ text }, at) => read(text, at));
}

/** As `byPattern`, for a sticky pattern that begins at a number or a capital letter behind certain words. */
export function atWordsBy(may: May, named: RegExp, accept?: Accept): Detector['find'] {
  const read = readAt(readerOf(named), accept);
  return ({ text, codes, numbers, numberCount, capitals, capitalCount }) => {
    let spans: Span[] | undefined;
    let next = 0;
    for (let number = 0, capital = 0; number < numberCount || capital < capitalCount; ) {
      const isNumber = capital === capitalCount || (number < numberCount && numbers[number]! < capitals[capital]!);
      const at = isNumber ? numbers[number]! : capitals[capital]!;
      if (isNumber) number += 1;
      else capital += 1;
      if (at < next || !may(codes, at)) continue;
      const span = read(text, at);
      if (!span) continue;
      spans ??= [];
      spans.push(span);
      next = span.end;
    }
    return spans ?? NONE;
  };
}

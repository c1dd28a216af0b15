import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sensitiveText } from '../testing/sensitive-texts.ts';
import { createDetect } from './detect.ts';
import { ALL_DETECTORS } from './detectors/full.ts';
import { createPlaces, type Survey, survey } from './survey.ts';
import { isCapital, isDigit, isLetter } from './words.ts';

/** A survey that holds nothing back: each detector looks at each character. */
function everywhere(text: string): Survey {
  const codes = Uint16Array.from({ length: text.length + 1 }, (_, at) => text.charCodeAt(at) || 0);
  const places = [...codes.keys()].slice(0, -1).filter((at) => (codes[at]! & 0xfc00) !== 0xdc00);
  const capitals = places.filter(
    (at) => isCapital(codes, at) && !isLetter(codes, at - 1) && !(at > 0 && isDigit(codes, at - 1)),
  );
  return {
    text,
    codes,
    marks: -1,
    cluster: text.length,
    numbers: places,
    shapes: places.map(() => -1),
    numberCount: places.length,
    anyShape: -1,
    capitals,
    capitalCount: capitals.length,
    groups: createPlaces().groups,
  };
}

describe.each(ALL_DETECTORS.map((detector) => [detector.name, detector] as const))('%s', (_name, detector) => {
  test('finds as much where a survey says that it may as anywhere', () => {
    fc.assert(
      fc.property(sensitiveText, (raw) => {
        const { findings } = createDetect([detector]).inSurvey(survey(raw));
        expect(findings.map(({ start, end }) => ({ start, end }))).toEqual(detector.find(everywhere(raw)));
      }),
      { numRuns: 600 },
    );
  });
});

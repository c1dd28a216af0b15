import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sensitiveText } from '../testing/sensitive-texts.ts';
import { createDetect } from './detect.ts';
import { ALL_DETECTORS } from './detectors/full.ts';
import { replaced } from './replaced.ts';
import { resurvey } from './resurvey.ts';
import { survey } from './survey.ts';

const { inSurvey, mayFindMore } = createDetect(ALL_DETECTORS);

test('as much is found by what stayed of a survey as by a new one, round after round', () => {
  fc.assert(
    fc.property(sensitiveText, (raw) => {
      let text = raw;
      let surveyed = survey(text);
      for (let found = inSurvey(surveyed); found.findings.length > 0; ) {
        const more = mayFindMore(surveyed, found);
        text = replaced(text, found.findings);
        surveyed = resurvey(surveyed, text, found);
        found = inSurvey(surveyed);
        expect(found).toEqual(inSurvey(survey(text)));
        if (!more) expect(found.findings).toEqual([]);
      }
    }),
    { numRuns: 5000 },
  );
});

import { describe, expect, test } from 'vitest';
import { adversarialTexts } from '../testing/adversarial.ts';
import { detect } from './detect.ts';
import { ALL_DETECTORS } from './detectors/full.ts';
import { PAGE_DETECTORS } from './detectors/page.ts';
import { createScrub } from './scrub.ts';
import { survey } from './survey.ts';

const CARD = '4111 1111 1111 1111';
const JWT = `eyJ${'a'.repeat(40)}.${'b1'.repeat(2000)}`;

describe('long texts', () => {
  const around = (secret: string, at: number): string => `${'word '.repeat(at / 5)}${secret}${' word'.repeat(600)}`;

  test('a finding is the same wherever the pieces are cut', () => {
    for (let at = 1800; at <= 2300; at += 5)
      expect(detect(around(CARD, at), PAGE_DETECTORS)).toEqual([{ kind: 'card', start: at, end: at + CARD.length }]);
  });

  test('a token that is longer than a piece is found to its end', () => {
    for (const at of [0, 1500, 2000, 2045, 4090])
      expect(createScrub(PAGE_DETECTORS)(around(JWT, at))).toBe(around('[jwt]', at));
  });

  test('a long number does not become another one where a piece begins', () => {
    const text = `${'7'.repeat(6000)} end`;
    expect(detect(text, PAGE_DETECTORS)).toEqual([]);
  });
});

describe.each(ALL_DETECTORS.map((detector) => [detector.name, detector] as const))('%s', (_name, { find }) => {
  test('finds in adversarial texts only what lies inside them, apart', () => {
    for (const { unit, text } of adversarialTexts(4000)) {
      let at = 0;
      for (const { start, end } of [...find(survey(text))].sort((a, b) => a.start - b.start)) {
        expect([start >= at, end > start], unit).toEqual([true, true]);
        at = end;
      }
      expect(at).toBeLessThanOrEqual(text.length);
    }
  });
});

test('of two addresses that are glued together nothing stays', () => {
  for (const detectors of [PAGE_DETECTORS, ALL_DETECTORS])
    expect(createScrub(detectors)('to ana@example.comana@example.com now')).toBe('to [email] now');
});

test('every detector is named once', () => {
  const names = ALL_DETECTORS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

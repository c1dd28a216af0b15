import { describe, expect, test } from 'vitest';
import { fitAll, judge, leaveOneOut } from './judge.ts';
import { casesOf } from './property_case.ts';
import { sameControl } from './same_control.ts';
import { bestBySimilo } from './similo.ts';
import type { Properties, Site } from './site.ts';

const WORDS = ['Home', 'News', 'Shop', 'Help', 'Jobs', 'Press', 'Terms', 'About'];

const link = (word: string, x: number, y: number, xpath: string, more: Partial<Properties> = {}): Properties => ({
  tag: 'A',
  href: `https://www.example.org/${word.toLowerCase()}`,
  xpath,
  is_button: 'no',
  x,
  y,
  width: 60,
  height: 20,
  area: 1200,
  shape: 300,
  visible_text: word,
  ...more,
});

/** A menu that moved down by some pixels; a footer repeats two of its links. */
function madeUp(site: string, moved: number): Site {
  const targets = WORDS.map((word, at) => link(word, at * 80, 20, `/html[1]/body[1]/nav[1]/ul[1]/li[${at + 1}]/a[1]`));
  const now = WORDS.map((word, at) =>
    link(word, at * 80 + moved, 20 + moved, `/html[1]/body[1]/div[1]/nav[1]/ul[1]/li[${at + 1}]/a[1]`),
  );
  const footer = ['Terms', 'Help'].map((word, at) =>
    link(word, 900, 3000 + at * 20, `/html[1]/body[1]/footer[1]/a[${at + 1}]`, {
      href: `https://www.example.org/${at}`,
    }),
  );
  const pairs = targets.map((target, at) => ({ old: target.xpath, new: now[at]!.xpath }));
  const url = 'https://www.example.org/';
  return { site, oldUrl: url, newUrl: url, pairs, targets, candidates: [...now, ...footer] };
}

const cases = ['one', 'two', 'three', 'four'].flatMap((site, at) => {
  const { there, gone } = casesOf(madeUp(site, at * 12));
  return [...there, ...gone];
});

describe('on made-up sites', () => {
  const parameters = fitAll(cases);

  test('each pair is there once and gone once, without what is the same control', () => {
    expect(cases.filter(({ gone }) => gone).length).toBe(cases.length / 2);
    for (const { gone, right } of cases) expect(right.includes(true)).toBe(!gone);
  });

  test('the fit is the same each time, and no agreement counts against a candidate', () => {
    expect(fitAll(cases)).toEqual(parameters);
    expect(parameters.weights.name).toBeGreaterThan(0);
    expect(parameters.weights.other_name).toBeLessThanOrEqual(0);
    expect(parameters.weights.far).toBeLessThanOrEqual(0);
    expect(parameters.bare.decision.score).toBeGreaterThanOrEqual(0);
  });

  test('what is there is found and what is gone is refused, on sites that the fit has not seen', () => {
    const judged = leaveOneOut(cases, cases, new Map());
    expect(judged.filter(({ gone, right }) => !gone && !right)).toEqual([]);
    expect(judged.filter(({ gone, accepted }) => gone && accepted)).toEqual([]);
    expect(judged.filter(({ gone, accepted }) => !gone && accepted).length).toBeGreaterThan(0);
    expect(judged.length).toBe(cases.length);
  });

  test('a namesake in the footer is not taken for a link that is gone from the menu', () => {
    const terms = cases.find(({ gone, target }) => gone && target.visible_text === 'Terms')!;
    const { best, accepted, evident } = judge(terms, parameters);
    expect(terms.candidates[best]!.visible_text).toBe('Terms');
    expect(evident).toBe(true);
    expect(accepted).toBe(false);
  });

  test('Similo finds them too', () => {
    for (const one of cases) if (!one.gone) expect(bestBySimilo(one).right).toBe(true);
  });
});

test('wrapper, inner text and what covers the same place are one control', () => {
  const at = (xpath: string, x = 0): Properties => link('Home', x, 0, xpath);
  expect(sameControl(at('/html[1]/a[1]'), at('/html[1]/a[1]/span[1]', 500))).toBe(true);
  expect(sameControl(at('/html[1]/a[1]'), at('/html[1]/a[11]', 500))).toBe(false);
  expect(sameControl(at('/html[1]/a[1]'), at('/html[1]/b[1]', 2))).toBe(true);
  expect(sameControl(at('/html[1]/a[1]'), at('/html[1]/b[1]', 20))).toBe(false);
});

import { expect, test } from 'vitest';
import { parsePairs } from '../../pairs/pairs_file.ts';
import { byApplication, type Ended, type StepResult, summarise } from './score.ts';
import { stepsOf } from './steps.ts';

const RIGHT: Ended = { touches: [true], ms: 100 };
const SLOW: Ended = { touches: [true], ms: 300 };
const WRONG: Ended = { touches: [true, false], ms: 50 };
const NOTHING: Ended = { touches: [], ms: 2000, reason: 'not there' };

const step = (without: Ended, withHints: Ended, gone = false, application = 'wiki'): StepResult => ({
  application,
  gone,
  without,
  with: withHints,
});

test('a step is ok where its control and nothing else was touched', () => {
  const results = [step(RIGHT, SLOW), step(NOTHING, RIGHT), step(WRONG, NOTHING), step(RIGHT, NOTHING)];
  expect(summarise(results)).toMatchObject({
    steps: 4,
    ok_without: 2,
    ok_with: 2,
    wrong_without: 1,
    wrong_with: 0,
    only_without: 1,
    only_with: 1,
  });
});

test('where a control is gone, right is to touch nothing', () => {
  const results = [step(WRONG, NOTHING, true), step(NOTHING, WRONG, true)];
  expect(summarise(results)).toMatchObject({
    gone: 2,
    there: 0,
    ok_without: 1,
    ok_with: 1,
    wrong_without: 1,
    wrong_with: 1,
  });
});

test('times are of the steps that succeeded both ways', () => {
  expect(summarise([step(RIGHT, SLOW), step(NOTHING, RIGHT)])).toMatchObject({ ms_without: 100, ms_with: 300 });
  expect(summarise([step(NOTHING, RIGHT)])).toMatchObject({ ms_without: null, ms_with: null });
});

test('each application has figures of its own', () => {
  const figures = byApplication([step(RIGHT, RIGHT), step(WRONG, RIGHT, false, 'forms')]);
  expect(Object.keys(figures)).toEqual(['wiki', 'forms']);
  expect(figures.forms).toMatchObject({ steps: 1, wrong_without: 1 });
});

test('the steps of a task are pairs of its page by their labels', () => {
  const pair = (label: string) => ({ old: '/a', new: '/b', label });
  const pairs = [pair('button Go'), pair('text Name (short)'), pair('button Go'), pair('select Town')];
  const file = parsePairs(JSON.stringify({ old: 'o', new: 'n', pairs }), 'x.json');
  const steps = (...labels: string[]) => stepsOf({ name: 't', page: 'x', steps: labels }, file);
  expect(steps('button Go', 'button Go (2)', 'text Name (short)', 'select Town')).toMatchObject([
    { at: 0, does: 'click' },
    { at: 2, does: 'click' },
    { at: 1, does: 'type' },
    { at: 3, does: 'select' },
  ]);
  expect(() => steps('button Stop')).toThrow('x.json has no control button Stop');
});

import { expect, test } from 'vitest';
import { formsOfPages } from './forms.ts';
import { type Cutting, pairsOf, sequencesOf } from './sequences.ts';
import type { Step } from './steps.ts';

const step = (name: string, seq: number, changes: Partial<Step> = {}): Step => ({
  seq,
  tool: 'dom.click',
  params: [],
  flags: {},
  page_key: 'p',
  page_sig_id: '1',
  elem_sig_id: '1',
  form: { selector_norm: name, attr_fingerprint_hash: 'f' },
  ok: true,
  started_at: seq,
  ended_at: seq,
  ...changes,
});
const names = (text: string): Step[] => text.split(' ').map((name, seq) => step(name, seq));
const NO_FORMS = formsOfPages([]);
const cut = (steps: Step[], changes: Partial<Cutting> = {}): string[] =>
  sequencesOf([steps], { forms: NO_FORMS, knows: () => true, afterSeq: -1, failed: false, ...changes }).map(
    ({ steps: of, verdict }) => `${of.map(({ form }) => form?.selector_norm).join('')} ${verdict}`,
  );

test('all of 2 to 12 steps, and single ones that were repeated', () => {
  expect(cut(names('a b c')).toSorted()).toEqual(['ab ok', 'abc ok', 'bc ok']);
  expect(cut([step('a', 0, { repeat: true }), step('b', 1)])).toEqual(['a ok', 'ab ok']);
  const long = cut(names('a b c d e f g h i j k l m n'));
  expect(Math.max(...long.map((each) => each.length))).toBe('abcdefghijkl ok'.length);
  expect(long).toHaveLength(13 + 12 + 11 + 10 + 9 + 8 + 7 + 6 + 5 + 4 + 3);
});

test('longer than two only where others made all of its pairs', () => {
  const steps = names('a b c d');
  const [, second] = pairsOf([steps], NO_FORMS);
  expect(cut(steps, { knows: (pair) => pair !== second }).toSorted()).toEqual(['ab ok', 'bc ok', 'cd ok']);
});

test('what was counted before is not counted again', () => {
  expect(cut(names('a b c'), { afterSeq: 1 }).toSorted()).toEqual(['abc ok', 'bc ok']);
  expect(cut(names('a b c'), { afterSeq: 2 })).toEqual([]);
});

test('a failure counts against what it ended, and what went right before it counts for nothing', () => {
  const steps = [...names('a b c'), step('d', 3, { ok: false })];
  expect(cut(steps).toSorted()).toEqual(['ab ok', 'abcd bad', 'bcd bad', 'cd bad']);
});

test('of a run that failed nothing counts as success, and its end as failure', () => {
  expect(cut(names('a b c'), { failed: true }).toSorted()).toEqual(['abc bad', 'bc bad']);
});

test('joined forms of a control are one step, whichever joined later', () => {
  const join = (id: number, from: string, to: string) => ({
    id: String(id),
    page_key: 'p',
    from_selector: from,
    from_fingerprint: 'f',
    to_selector: to,
    to_fingerprint: 'f',
  });
  const keyOf = (text: string, forms: Cutting['forms']) =>
    sequencesOf([names(text)], { forms, knows: () => true, afterSeq: -1, failed: false })[0]?.key;
  const before = keyOf('a x', NO_FORMS);
  const once = formsOfPages([join(1, 'a', 'b')]);
  const twice = formsOfPages([join(3, 'b', 'd'), join(2, 'c', 'd'), join(1, 'a', 'b')]);
  expect([keyOf('a x', once), keyOf('b x', once)]).toEqual([before, before]);
  expect(['a', 'b', 'c', 'd'].map((name) => keyOf(`${name} x`, twice))).toEqual([before, before, before, before]);
  expect(keyOf('b x', NO_FORMS)).not.toBe(before);
});

import { expect, test } from 'vitest';
import type { SelectorCandidate } from '../../shared/protocol/schema.ts';
import { supported } from './supported.ts';

const candidate = (selector: string): SelectorCandidate => ({ kind: 'test_id', selector, matches: 1 });
const told = (voters: readonly number[], ...selectors: string[]) => ({ candidates: selectors.map(candidate), voters });
const selectors = (...members: Parameters<typeof supported>[0]) =>
  supported(members, 2).map(({ selector }) => selector);

test('a selector that one alone met is none, on however many states of the page', () => {
  const alone = [told([9], '#evil', '#buy'), told([9], '#evil'), told([9], '#evil')];
  expect(selectors(told([1], '#buy'), ...alone)).toEqual(['#buy', '#buy']);
});

test('several who are few among all who used it add none either', () => {
  const many = Array.from({ length: 30 }, (_, n) => n);
  expect(selectors(told(many, '#buy'), told([101, 102, 103], '#evil'))).toEqual(['#buy']);
  expect(selectors(told([1, 2, 3], '#buy'), told([101, 102, 103], '#new'))).toEqual(['#buy', '#new']);
});

test('where there is nobody else to ask, or nothing that two met, all are taken', () => {
  expect(selectors(told([1], '#buy'), told([1], '#other'))).toEqual(['#buy', '#other']);
  expect(selectors(told([1], '#buy'), told([2], '#other'))).toEqual(['#buy', '#other']);
  expect(selectors({ candidates: [candidate('#buy')] }, { candidates: null })).toEqual(['#buy']);
});

test('nobody alone takes from a selector that it is unique', () => {
  const twice = { ...candidate('#buy'), matches: 2 };
  expect(supported([told([1, 2], '#buy'), { candidates: [twice], voters: [9] }], 2)).toEqual([candidate('#buy')]);
  expect(supported([told([1], '#buy'), { candidates: [twice], voters: [9] }], 2)).toEqual([candidate('#buy'), twice]);
});

test('a selector that one key alone told of is none where several keys tell of the control', () => {
  const honest = { ...told([1, 2], '#buy'), keys: [1, 2] };
  const sybils = { ...told([11, 12, 13, 14], '#evil', '#buy'), keys: [3] };
  expect(selectors(honest, sybils)).toEqual(['#buy', '#buy']);
  expect(supported([honest, sybils], 1).map(({ selector }) => selector)).toEqual(['#buy', '#evil', '#buy']);
  expect(selectors({ ...honest, keys: [3] }, sybils)).toEqual(['#buy', '#evil', '#buy']);
});

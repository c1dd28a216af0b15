import { expect, test } from 'vitest';
import { SELECTOR_KINDS, type SelectorCandidate, type SelectorKind } from '../../shared/protocol/schema.ts';
import { KIND_PRIOR, rankSelectors } from './choose_selector.ts';

const of = (kind: SelectorKind, matches = 1): SelectorCandidate => ({ kind, selector: `<${kind}>`, matches });
const ranked = (candidates: SelectorCandidate[], evidence: Record<string, [number, number]> = {}) =>
  rankSelectors(candidates, (selector) => {
    const [found, missed] = evidence[selector] ?? [0, 0];
    return { found, missed };
  }).map((each) => each.kind);

test('without evidence the kinds rank in their order', () => {
  expect(ranked(SELECTOR_KINDS.toReversed().map((kind) => of(kind)))).toEqual([...SELECTOR_KINDS]);
  expect(Object.keys(KIND_PRIOR)).toEqual([...SELECTOR_KINDS]);
});

test('what is not unique stands behind all that is', () => {
  expect(ranked([of('test_id', 2), of('role_name', 0), of('positional')])[0]).toBe('positional');
});

test('what was unique on one state only is not unique', () => {
  expect(ranked([of('test_id'), of('test_id', 3), of('css')])).toEqual(['css', 'test_id']);
});

test('reports correct the order', () => {
  const both = [of('test_id'), of('css')];
  expect(ranked(both, { '<test_id>': [0, 1] })[0]).toBe('test_id');
  expect(ranked(both, { '<test_id>': [0, 3] })[0]).toBe('css');
  expect(ranked(both, { '<test_id>': [20, 3] })[0]).toBe('test_id');
});

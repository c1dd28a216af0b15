import { expect, test } from 'vitest';
import type { ElementIdentity } from '../../shared/protocol/schema.ts';
import { bestMember } from './best_member.ts';

let last = 0;
const told = (
  success_ct: number,
  voters: readonly number[],
  identity: Partial<ElementIdentity> | null,
  keys = [1],
) => ({
  elem_sig_id: nextId(),
  identity: identity && { tag: 'button', ...identity },
  voters,
  keys,
  success_ct,
});
function nextId(): string {
  last += 1;
  return String(last);
}
const MAIN = { landmark: 'main', within: '#order' };
const DIALOG = { landmark: 'dialog', within: '#delete' };

test('how often one alone used it does not matter where others told of other surroundings', () => {
  const honest = [told(1, [1], MAIN), told(1, [2], MAIN)];
  const forged = told(10_000, [9], DIALOG);
  expect(bestMember([forged, ...honest])).toBe(honest[0]);
  expect(bestMember([forged])).toBe(forged);
});

test('nor how many users one key told of, where two keys told of others', () => {
  const crowd = Array.from({ length: 32 }, (_, n) => 100 + n);
  const honest = [told(1, [1], MAIN, [1]), told(1, [2], MAIN, [2])];
  expect(bestMember([told(500, crowd, DIALOG, [3]), ...honest])).toBe(honest[0]);
});

test('of like ones it is that of most users, then the one where it worked most, then the first', () => {
  const [few, many] = [told(9, [1], MAIN), told(3, [1, 2], { ...MAIN, near_words: ['0000000000000001'] })];
  expect(bestMember([few, many])).toBe(many);
  const [once, twice] = [told(1, [1], MAIN), told(2, [1], MAIN)];
  expect(bestMember([once, twice])).toBe(twice);
  const [first, second] = [told(1, [1], MAIN), told(1, [1], MAIN)];
  expect(bestMember([second, first])).toBe(first);
});

test('what has no identity is none', () => {
  expect(bestMember([told(5, [1, 2], null)])).toBeUndefined();
  const known = told(1, [1], MAIN);
  expect(bestMember([told(5, [1, 2], null), known])).toBe(known);
});

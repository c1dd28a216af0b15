import { expect, test } from 'vitest';
import { excessLetters } from './dead_letters.ts';
import { type DeadLetter, MAX_DEAD_BYTES, MAX_DEAD_LETTERS } from './outbox.ts';

const letter = (n: number, chars = 10): DeadLetter => ({
  uuid: `u${n}`,
  item: { kind: 'session', session_id: 'x'.repeat(chars), started_at: '2026-11-23T00:00:00Z' },
  priority: 0,
  code: 'x',
  reason: '',
  at: n,
});
const letters = (count: number, chars?: number): DeadLetter[] =>
  Array.from({ length: count }, (_, n) => letter(n, chars));

test('all are kept within both bounds', () => {
  expect(excessLetters([])).toEqual([]);
  expect(excessLetters(letters(MAX_DEAD_LETTERS))).toEqual([]);
});

test('of too many the oldest go', () => {
  expect(excessLetters(letters(MAX_DEAD_LETTERS + 2))).toEqual(['u0', 'u1']);
});

test('of too large ones the oldest go, and one that alone is too large', () => {
  expect(excessLetters(letters(5, MAX_DEAD_BYTES / 3))).toEqual(['u0', 'u1', 'u2']);
  expect(excessLetters([letter(0), letter(1, MAX_DEAD_BYTES)])).toEqual(['u0', 'u1']);
});

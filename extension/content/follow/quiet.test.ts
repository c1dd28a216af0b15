import { expect, test } from 'vitest';
import { createQuiet } from './quiet.ts';

test('the first rest counts, not a later one', () => {
  const quiet = createQuiet(1000, 100);
  expect(quiet.at(1050)).toBeUndefined();
  expect(quiet.at(1100)).toBe(1100);
  quiet.busy(1040, 1060);
  expect(quiet.at(1150)).toBeUndefined();
  quiet.busy(1500, 1700);
  expect(quiet.at(1710)).toBe(1160);
});

test('what is told late takes away a rest that it covers, and no other', () => {
  const quiet = createQuiet(0, 100);
  quiet.busy(300, 310);
  expect(quiet.at(320)).toBe(100);
  quiet.busy(150, 200);
  expect(quiet.at(320)).toBe(100);
  quiet.busy(50, 350);
  expect(quiet.at(360)).toBeUndefined();
  expect(quiet.at(450)).toBe(450);
});

import { expect, test } from 'vitest';
import type { Estimate } from '../../shared/protocol/uplift.ts';
import { seeded } from '../testing/seeded.ts';
import { differenceOf, medianBounds, shareOf } from './estimate.ts';

// Newcombe 1998, table II, method 10.
test.each([
  [56, 70, 48, 80, 0.2, 0.0524, 0.3339],
  [9, 10, 3, 10, 0.6, 0.1705, 0.809],
  [6, 7, 2, 7, 0.5714, 0.0582, 0.8062],
  [5, 56, 0, 29, 0.0893, -0.0381, 0.1926],
  [0, 10, 0, 20, 0, -0.1611, 0.2775],
  [10, 10, 0, 10, 1, 0.6075, 1],
])('%i of %i against %i of %i', (a, n, b, m, value, lower, upper) => {
  const difference = differenceOf(shareOf(a, n), shareOf(b, m));
  expect(difference?.value).toBeCloseTo(value, 4);
  expect(difference?.lower).toBeCloseTo(lower, 4);
  expect(difference?.upper).toBeCloseTo(upper, 4);
});

test('without trials nothing is known', () => {
  expect(shareOf(0, 0)).toBeNull();
  expect(differenceOf(shareOf(0, 0), shareOf(1, 2))).toBeNull();
  expect(differenceOf(shareOf(1, 2), shareOf(0, 0))).toBeNull();
});

test('the bounds of a median cover it with 95 % by the exact binomial, and hardly more than need be', () => {
  expect([1, 2, 3, 4, 5].map(medianBounds)).toEqual(Array(5).fill(undefined));
  for (let n = 6; n <= 400; n++) {
    const { lower, upper } = medianBounds(n) ?? { lower: 0, upper: 0 };
    expect([n, lower + upper]).toEqual([n, n + 1]);
    expect(1 - 2 * atMost(lower - 1, n)).toBeGreaterThanOrEqual(0.95);
    // Two places further in it is certainly too little.
    expect(1 - 2 * atMost(lower + 1, n)).toBeLessThan(0.95);
  }
});

test('the interval of a difference of medians holds the truth as often as it says, of skewed times too', () => {
  const random = seeded(7);
  let held = 0;
  for (let sample = 0; sample < 2_000; sample++) {
    // Exponential with a median of 1, a long tail; the smaller arm is that of what is withheld.
    const [served, withheld] = [60, 15].map((n, arm) =>
      medianOf(Array.from({ length: n }, () => -Math.log2(1 - random()) * (arm + 1))),
    );
    const saved = differenceOf(withheld ?? null, served ?? null);
    if (saved && saved.lower <= 1 && saved.upper >= 1) held++;
  }
  expect(held / 2_000).toBeGreaterThan(0.94);
  expect(held / 2_000).toBeLessThan(0.995);
});

function medianOf(times: number[]): Estimate {
  const sorted = times.sort((a, b) => a - b);
  const bounds = medianBounds(sorted.length);
  const at = (place: number) => sorted[place - 1] ?? Number.NaN;
  const half = (sorted.length + 1) / 2;
  return bounds
    ? { value: (at(Math.floor(half)) + at(Math.ceil(half))) / 2, lower: at(bounds.lower), upper: at(bounds.upper) }
    : null;
}

/** Chance of `k` heads or fewer of `n`. */
function atMost(k: number, n: number): number {
  let one = 0.5 ** n;
  let sum = 0;
  for (let i = 0; i <= k; i++) {
    sum += one;
    one *= (n - i) / (i + 1);
  }
  return sum;
}

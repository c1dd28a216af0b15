import { expect, test } from 'vitest';
import { wilsonLowerBound } from './wilson.ts';

// Figures of the score interval from R's binom package, binom.wilson.
test.each([
  [0, 0, 0],
  [0, 10, 0],
  [1, 1, 0.2065],
  [10, 10, 0.7225],
  [8, 10, 0.4902],
  [50, 100, 0.4038],
])('%i of %i', (successes, trials, bound) => {
  expect(wilsonLowerBound(successes, trials)).toBeCloseTo(bound, 4);
});

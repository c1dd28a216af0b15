import { expect, test } from 'vitest';
import { minimise, type Slope } from './minimise.ts';

/** (x-1)² + (y+2)² + xy, whose minimum is at (8/3, -10/3). */
const bowl = (at: Float64Array): Slope => {
  const [x, y] = at as unknown as [number, number];
  return {
    value: (x - 1) ** 2 + (y + 2) ** 2 + x * y,
    gradient: Float64Array.of(2 * (x - 1) + y, 2 * (y + 2) + x),
    hessian: Float64Array.of(2, 1, 1, 2),
  };
};
const FREE = Float64Array.of(-100, -100);

test('finds the minimum', () => {
  const [x, y] = minimise(bowl, Float64Array.of(0, 0), FREE);
  expect(x).toBeCloseTo(8 / 3, 5);
  expect(y).toBeCloseTo(-10 / 3, 5);
});

test('stays at a bound, and finds what is best there', () => {
  const [x, y] = minimise(bowl, Float64Array.of(5, 5), Float64Array.of(-100, 0));
  expect(y).toBe(0);
  expect(x).toBeCloseTo(1, 5);
});

test('leads down where the function bends the other way at first', () => {
  const [x] = minimise(
    ([at]) => ({
      value: Math.cos(at!),
      gradient: Float64Array.of(-Math.sin(at!)),
      hessian: Float64Array.of(-Math.cos(at!)),
    }),
    Float64Array.of(0.5),
    Float64Array.of(0),
  );
  expect(x).toBeCloseTo(Math.PI, 4);
});

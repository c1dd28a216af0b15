import { expect, test } from 'vitest';
import { bucketOf, quantile, type Sketch, sizeOf } from './sketch.ts';

/** A fixed sequence of times with a long tail, in ms. */
const TIMES = Array.from({ length: 5000 }, (_, n) => Math.round(20 + (3000 * ((n * 7919) % 5000) ** 3) / 5000 ** 3));

function sketchOf(times: readonly number[]): Sketch {
  const sketch = new Map<number, number>();
  for (const ms of times) sketch.set(bucketOf(ms), (sketch.get(bucketOf(ms)) ?? 0) + 1);
  return sketch;
}

test('quantiles are at most 5 % off', () => {
  const sketch = sketchOf(TIMES);
  const sorted = TIMES.toSorted((a, b) => a - b);
  expect(sizeOf(sketch)).toBe(TIMES.length);
  for (const share of [0.01, 0.25, 0.5, 0.9, 0.95, 0.99, 1]) {
    const exact = sorted[Math.ceil(share * sorted.length) - 1]!;
    expect(Math.abs(quantile(sketch, share) - exact) / exact).toBeLessThanOrEqual(0.0500001);
  }
});

test('is the same whatever the order and the parts it was merged from', () => {
  const merged = new Map<number, number>();
  for (const part of [TIMES.slice(3000), TIMES.slice(0, 100), TIMES.slice(100, 3000)])
    for (const [bucket, count] of sketchOf(part)) merged.set(bucket, (merged.get(bucket) ?? 0) + count);
  expect([...merged].toSorted()).toEqual([...sketchOf(TIMES)].toSorted());
});

test('nothing, no time and a day have their places', () => {
  expect(quantile(new Map(), 0.5)).toBe(0);
  expect(quantile(sketchOf([0, 0, 1]), 0.99)).toBeLessThanOrEqual(1);
  expect(bucketOf(86_400_000)).toBe(bucketOf(600_000));
});

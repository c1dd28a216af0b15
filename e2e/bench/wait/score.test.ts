import { expect, test } from 'vitest';
import { WAIT_PAGES } from './pages.ts';
import { summarise } from './score.ts';

test('a wait fails where the control cannot be used after it, whether or not it was given up', () => {
  const waits = [
    { ms: 100, ok: true, gaveUp: false },
    { ms: 200, ok: false, gaveUp: false },
    { ms: 5000, ok: true, gaveUp: true },
    { ms: 300, ok: true, gaveUp: false },
  ];
  expect(summarise(waits)).toEqual({ runs: 4, mean_ms: 1400, p50_ms: 200, p95_ms: 5000, failures: 1, gave_up: 1 });
});

test('each page has delays that vary and end', () => {
  for (const { delay } of Object.values(WAIT_PAGES)) {
    expect(delay(0.999_999)).toBeGreaterThan(1.9 * delay(0));
    expect(delay(0.999_999)).toBeLessThanOrEqual(6000);
  }
});

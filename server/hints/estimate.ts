import type { Estimate } from '../../shared/protocol/uplift.ts';
import { wilson, Z } from './wilson.ts';

/** Of a share, 0 to 1; null without trials. */
export function shareOf(successes: number, trials: number): Estimate {
  if (trials === 0) return null;
  const [lower, upper] = wilson(successes, trials);
  return { value: successes / trials, lower, upper };
}

/**
 * Of a − b, whose samples are independent, from their own intervals ("square and add"): of shares with Wilson's intervals Newcombe 1998,
 * "Interval estimation for the difference between independent proportions", Statistics in Medicine 17, 873–890, method 10; of any
 * others Zou and Donner 2008, "Construction of confidence limits about effect measures", Statistics in Medicine 27, 1693–1702.
 */
export function differenceOf(a: Estimate, b: Estimate): Estimate {
  if (!a || !b) return null;
  const value = a.value - b.value;
  return {
    value,
    lower: value - Math.hypot(a.value - a.lower, b.upper - b.value),
    upper: value + Math.hypot(a.upper - a.value, b.value - b.lower),
  };
}

/**
 * Places, from 1, in a sorted sample of `n` of what bounds its median with 95 % confidence, whatever the distribution: the sign test's
 * interval (Conover 1999, "Practical Nonparametric Statistics", 3.2), by the normal approximation with its correction for continuity.
 * Undefined where no interval of a sample that small is as sure.
 */
export function medianBounds(n: number): { readonly lower: number; readonly upper: number } | undefined {
  const lower = Math.floor((n + 1 - Z * Math.sqrt(n)) / 2);
  return lower < 1 ? undefined : { lower, upper: n + 1 - lower };
}

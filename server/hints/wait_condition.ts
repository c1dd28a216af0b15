import type { WaitConditionData, WaitSignal } from '../../shared/protocol/schema.ts';
import type { ControlUses } from './control_uses.ts';
import { quantile, type Sketch, sizeOf } from './sketch.ts';
import { wilsonLowerBound, wilsonUpperBound } from './wilson.ts';

/** Share of uses in which a signal must be enough. */
const ENOUGH = 0.99;
/** Signals that come before the control can be used: they must prove that they are enough. */
const BEFORE = ['url_change', 'visible'] as const satisfies readonly WaitSignal[];
/** Once it can be used, a later signal is waited for only where the one before is proved not to be enough. */
const AFTER = ['enabled', 'dom_quiet'] as const satisfies readonly WaitSignal[];

/** Signals that come no later than the moment from which the control can be used, of which the longest wait is known by who told it. */
const SEEN_LONGEST: ReadonlySet<WaitSignal> = new Set(['url_change', 'visible', 'enabled']);

/** Of the 99th percentile: what was seen so far is not the longest there is. */
const MARGIN = 1.5;
const MIN_TIMEOUT_MS = 500;
const MAX_TIMEOUT_MS = 60_000;
/** Timeouts this near one another are the same advice. */
const NEAR = 1.5;

const NONE: Sketch = new Map();

/**
 * What to wait for before a control is used, and how long at the most. Undefined where no wait was seen. Nobody makes others wait longer
 * for it to be usable than they ever saw it take: of what one alone told, no timeout comes.
 */
export function waitCondition({ signals, waits, others_longest }: ControlUses): WaitConditionData | undefined {
  const samples = sizeOf(waits.get('enabled') ?? NONE);
  if (samples === 0) return undefined;
  const proved = BEFORE.find((signal) => wilsonLowerBound(signals.get(signal)?.enough ?? 0, samples) >= ENOUGH);
  const later = AFTER.find((signal) => {
    const { enough, tooSoon } = signals.get(signal) ?? { enough: 0, tooSoon: 0 };
    return wilsonUpperBound(enough, enough + tooSoon) >= ENOUGH;
  });
  const signal = proved ?? later ?? 'network_quiet';
  const sketch = waits.get(signal) ?? NONE;
  const at = (share: number): number => Math.round(quantile(sketch, share));
  const p99_ms = at(0.99);
  return {
    signal,
    timeout_ms: timeoutFor(SEEN_LONGEST.has(signal) ? Math.min(p99_ms, others_longest ?? p99_ms) : p99_ms),
    p50_ms: at(0.5),
    p95_ms: at(0.95),
    p99_ms,
    samples: Math.round(samples),
  };
}

const timeoutFor = (p99: number): number =>
  Math.min(MAX_TIMEOUT_MS, Math.max(MIN_TIMEOUT_MS, Math.ceil((p99 * MARGIN) / 100) * 100));

/**
 * The advice that is told already, with newer figures; undefined where what is known now is another. A timeout stays while it is
 * long enough and not much too long, so that each new wait does not make a new version.
 */
export function sameWait(told: WaitConditionData, fresh: WaitConditionData): WaitConditionData | undefined {
  const { timeout_ms } = told;
  const near = timeout_ms <= fresh.timeout_ms * NEAR && timeout_ms * NEAR >= fresh.timeout_ms;
  const same = timeout_ms === fresh.timeout_ms || (near && timeout_ms > fresh.p99_ms);
  return told.signal === fresh.signal && same ? { ...fresh, timeout_ms } : undefined;
}

import { expect, test } from 'vitest';
import { someUses } from '../testing/uses.ts';
import { sameWait, waitCondition } from './wait_condition.ts';

const EVEN = Array.from({ length: 400 }, (_, n) => 1000 + 5 * n);
const enough = (ok: number, soon = 0) => ({ enough: ok, tooSoon: soon });

test('without a wait there is nothing to tell', () => {
  expect(waitCondition(someUses())).toBeUndefined();
});

test('waits until the control can be used, longer than almost all waits were', () => {
  const data = waitCondition(someUses({ enabled: EVEN }));
  expect(data).toMatchObject({ signal: 'enabled', samples: 400 });
  expect(data?.p50_ms).toBeGreaterThan(1900);
  expect(data?.p50_ms).toBeLessThan(2100);
  expect(data?.timeout_ms).toBeGreaterThan(2980);
  expect(data?.timeout_ms).toBeLessThanOrEqual(3000 * 1.05 * 1.5 + 100);
});

test('the timeout is neither shorter than half a second nor longer than a minute', () => {
  expect(waitCondition(someUses({ enabled: [0, 3] }))?.timeout_ms).toBe(500);
  expect(waitCondition(someUses({ enabled: [300_000] }))?.timeout_ms).toBe(60_000);
});

test('one alone makes nobody wait longer than all others ever saw', () => {
  const enabled = [...EVEN, ...Array.from({ length: 40 }, () => 50_000)];
  expect(waitCondition(someUses({ enabled }))?.timeout_ms).toBe(60_000);
  expect(waitCondition(someUses({ enabled, others_longest: 2995 }))?.timeout_ms).toBe(4500);
  expect(waitCondition(someUses({ enabled: EVEN, others_longest: 60_000 }))).toEqual(
    waitCondition(someUses({ enabled: EVEN })),
  );
});

test('an earlier signal must prove that it is enough', () => {
  const waits = new Map(someUses({ enabled: EVEN }).waits).set('url_change', new Map([[70, 400]]));
  const with_ = (ok: number) =>
    waitCondition(someUses({ waits, signals: new Map([['url_change', enough(ok)]]) }))?.signal;
  expect(with_(400)).toBe('url_change');
  expect(with_(399)).toBe('enabled');
});

test('a later signal is waited for where uses fail before it', () => {
  const waits = someUses({ enabled: EVEN }).waits;
  const signals = (dom: [number, number]) =>
    new Map([
      ['enabled', enough(5, 5)],
      ['dom_quiet', enough(...dom)],
    ] as const);
  expect(waitCondition(someUses({ waits, signals: signals([30, 0]) }))?.signal).toBe('dom_quiet');
  expect(waitCondition(someUses({ waits, signals: signals([30, 9]) }))?.signal).toBe('network_quiet');
  expect(waitCondition(someUses({ waits, signals: new Map([['enabled', enough(400, 1)]]) }))?.signal).toBe('enabled');
});

test('a timeout that still fits stays, with newer figures', () => {
  const told = waitCondition(someUses({ enabled: EVEN }))!;
  const fresh = waitCondition(someUses({ enabled: EVEN.map((ms) => ms * 1.1) }))!;
  expect(fresh.timeout_ms).not.toBe(told.timeout_ms);
  expect(sameWait(told, fresh)).toEqual({ ...fresh, timeout_ms: told.timeout_ms });
  expect(sameWait(told, waitCondition(someUses({ enabled: EVEN.map((ms) => ms * 2) }))!)).toBeUndefined();
  expect(sameWait(told, waitCondition(someUses({ enabled: EVEN.map((ms) => ms / 3) }))!)).toBeUndefined();
  expect(sameWait(told, { ...fresh, signal: 'dom_quiet' })).toBeUndefined();
});

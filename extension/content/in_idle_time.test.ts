import { expect, test } from 'vitest';
import { type IdleDeps, inIdleTime } from './in_idle_time.ts';

/** A browser whose clock only the work itself moves. */
function browser(idleMs: number) {
  let time = 0;
  const waiting: Parameters<IdleDeps['whenIdle']>[0][] = [];
  return {
    deps: { now: () => time, whenIdle: (slice) => waiting.push(slice) } satisfies IdleDeps,
    work: (ms: number) => {
      time += ms;
    },
    /** Gives idle time once; how long it was used. */
    idle(): number {
      const begun = time;
      waiting.shift()?.({ timeRemaining: () => Math.max(0, begun + idleMs - time) });
      return time - begun;
    },
    waiting: () => waiting.length,
  };
}

function* steps(ms: number, count: number, work: (ms: number) => void): Generator<void> {
  for (let n = 0; n < count; n += 1) {
    work(ms);
    yield;
  }
}

test.each([
  ['a slice ends after 10 ms, however long the page is idle', 50, 4, [12, 12, 12, 4, 0]],
  ['and where little is left of the idle time', 8, 2, [6, 6, 6, 2, 0]],
  ['nothing is done where there is none', 3, 1, [0, 0, 0, 0, 0]],
])('%s', (_what, idleMs, stepMs, used) => {
  const { deps, work, idle } = browser(idleMs);
  inIdleTime(steps(stepMs, 10, work), new AbortController().signal, deps);
  expect(used.map(() => idle())).toEqual(used);
});

test('nothing is done any more once it was stopped, and nothing is waited for', () => {
  const { deps, work, idle, waiting } = browser(50);
  const stop = new AbortController();
  inIdleTime(steps(20, 10, work), stop.signal, deps);
  expect(idle()).toBe(20);
  stop.abort();
  expect([idle(), waiting()]).toEqual([0, 0]);
});

test('a step that throws is the last', () => {
  const { deps, idle, waiting } = browser(50);
  // biome-ignore lint/correctness/useYield: it throws before
  const throwing = function* (): Generator<void> {
    throw new Error('a getter of the page');
  };
  inIdleTime(throwing(), new AbortController().signal, deps);
  expect([idle(), waiting()]).toEqual([0, 0]);
});

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Told } from '../messages.ts';

const TYPED: Told = { type: 'typed' };

/** How the background answers each message in turn; the last way also all that follow. */
let answers: (() => Promise<unknown>)[] = [];
let asked = 0;

beforeEach(() => {
  vi.useFakeTimers();
  vi.resetModules();
  asked = 0;
  const sendMessage = (): Promise<unknown> => answers[Math.min(asked++, answers.length - 1)]!();
  vi.stubGlobal('browser', { runtime: { id: 'extension', sendMessage } });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const gone = (): Promise<never> => Promise.reject(new Error('Receiving end does not exist.'));
const taken = (): Promise<string> => Promise.resolve('queued');

test('a message that nobody answered is sent again after a while', async () => {
  answers = [gone, taken];
  const { send } = await import('./bridge.ts');
  const first = send(TYPED);
  await vi.advanceTimersByTimeAsync(0);
  expect(asked).toBe(1);
  await vi.runAllTimersAsync();
  expect(await first).toBe('queued');
  expect(asked).toBe(2);
});

test('as soon as one message is answered, those that wait are sent again', async () => {
  answers = [gone, gone, taken];
  const { send } = await import('./bridge.ts');
  const waiting = [send(TYPED), send(TYPED)];
  await vi.advanceTimersByTimeAsync(0);
  expect(asked).toBe(2);
  // No timer runs from here on.
  expect(await send(TYPED)).toBe('queued');
  expect(await Promise.all(waiting)).toEqual(['queued', 'queued']);
  expect(asked).toBe(5);
  expect(vi.getTimerCount()).toBe(0);
});

test('after a minute without an answer it is given up', async () => {
  answers = [gone];
  const { send } = await import('./bridge.ts');
  const given = send(TYPED);
  await vi.runAllTimersAsync();
  expect(await given).toBeUndefined();
  expect(vi.getTimerCount()).toBe(0);
});

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Told } from '../messages.ts';

const TYPED: Told = { type: 'typed' };
const typed = (text: string): Told => ({ ...TYPED, typed: [text] });

/** How the background answers each message in turn; the last way also all that follow. */
let answers: ((text: string) => Promise<unknown>)[] = [];
/** What it was asked, in its order. */
let asked: string[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  vi.resetModules();
  asked = [];
  const sendMessage = ({ type, typed = [type] }: Told): Promise<unknown> =>
    answers[Math.min(asked.push(typed[0]!), answers.length) - 1]!(typed[0]!);
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
  expect(asked).toHaveLength(1);
  await vi.runAllTimersAsync();
  expect(await first).toBe('queued');
  expect(asked).toHaveLength(2);
});

test('what waits for the background is told in its order, once that answers again', async () => {
  answers = [gone, gone, taken];
  const { send } = await import('./bridge.ts');
  const waiting = [send(typed('a')), send(typed('b'))];
  await vi.advanceTimersByTimeAsync(0);
  expect(asked).toEqual(['a', 'b']);
  waiting.push(send(typed('c')));
  await vi.runAllTimersAsync();
  expect(await Promise.all(waiting)).toEqual(['queued', 'queued', 'queued']);
  expect(asked.slice(2)).toEqual(['a', 'b', 'c']);
  expect(vi.getTimerCount()).toBe(0);
});

test('what went down with a worker is told to its successor as soon as that is known to be there', async () => {
  let stop = (): void => {};
  const stopped = new Promise<never>((_, reject) => {
    stop = () => reject(new Error('The message channel closed before a response was received.'));
  });
  answers = [() => stopped, taken];
  const { send } = await import('./bridge.ts');
  const first = send(typed('a'));
  expect(await send(typed('b'))).toBe('queued');
  stop();
  // No timer runs from here on.
  expect(await first).toBe('queued');
  expect(asked).toEqual(['a', 'b', 'a']);
});

test('while nobody listens only the oldest message is asked again', async () => {
  answers = [gone];
  const { send } = await import('./bridge.ts');
  for (const text of ['a', 'b', 'c']) void send(typed(text));
  await vi.advanceTimersByTimeAsync(1000);
  expect(asked).toEqual(['a', 'b', 'c', 'a', 'a']);
});

test('a message that the background breaks at does not stop those behind it', async () => {
  answers = [(text) => (text === 'a' ? gone() : taken())];
  const { send } = await import('./bridge.ts');
  const broken = send(typed('a'));
  await vi.advanceTimersByTimeAsync(0);
  const behind = send(typed('b'));
  await vi.advanceTimersByTimeAsync(10_000);
  expect(asked.filter((text) => text === 'b')).toHaveLength(1);
  expect(await behind).toBe('queued');
  await vi.runAllTimersAsync();
  expect(await broken).toBeUndefined();
});

test('whoever leaves tells all that waits at once', async () => {
  answers = [gone, gone, taken];
  const { send } = await import('./bridge.ts');
  const waiting = [send(typed('a')), send(typed('b'))];
  await vi.advanceTimersByTimeAsync(0);
  const left = send({ type: 'leave', lost: 0 });
  // No timer runs from here on.
  expect(await Promise.all([...waiting, left])).toEqual(['queued', 'queued', 'queued']);
  expect(asked.slice(2)).toEqual(['a', 'b', 'leave']);
});

test('whoever leaves is heard though too much waits, which is told at once to have been lost', async () => {
  answers = [gone];
  const { send } = await import('./bridge.ts');
  for (let n = 0; n < 500; n += 1) void send(typed('a'));
  expect(await send(typed('one more'))).toBeUndefined();
  answers = [taken];
  expect(await send({ type: 'leave', lost: 1 })).toBe('queued');
  expect(asked).toContain('leave');
});

test('after a minute without an answer it is given up', async () => {
  answers = [gone];
  const { send } = await import('./bridge.ts');
  const given = send(TYPED);
  await vi.runAllTimersAsync();
  expect(await given).toBeUndefined();
  expect(vi.getTimerCount()).toBe(0);
});

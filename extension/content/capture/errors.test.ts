// @vitest-environment jsdom
import { beforeEach, expect, test } from 'vitest';
import { masked } from '../../../shared/privacy/masked.ts';
import type { CapturedCall, CapturedEvent } from '../../messages.ts';
import { createRecorder } from '../recorder.ts';
import { captureErrors } from './errors.ts';

const ERROR_EVENT = 'f2c6b7de-0000-4000-8000-000000000000';
const now = (): number => Date.UTC(2026, 10, 22);

let calls: CapturedCall[];
let events: CapturedEvent[];
let recorder: ReturnType<typeof createRecorder>;
let stop: AbortController;

beforeEach(() => {
  stop?.abort();
  stop = new AbortController();
  calls = [];
  events = [];
  recorder = createRecorder({
    document,
    reading: { masked, keeps: () => true },
    strict: false,
    now,
    tellCall: (call) => calls.push(call),
    tellEvent: (event) => events.push(event),
  });
  captureErrors(recorder, { now, errorEvent: ERROR_EVENT }, stop.signal);
});

/** As any script of the page can that has learnt the name. */
const forge = (detail: unknown): unknown => document.dispatchEvent(new CustomEvent(ERROR_EVENT, { detail }));

test('a forged event says no more than the text of an error', () => {
  recorder.begin('dom.click', {});
  forge(
    JSON.stringify({
      kind: 'error',
      message: 'x'.repeat(4000),
      name: 'hint.outcome',
      url: 'https://elsewhere.example/',
      data: { outcome: 'found' },
      tool_name: 'other',
    }),
  );
  expect(events.map(({ name, data, url }) => ({ name, data, url }))).toEqual([
    { name: 'page.error', data: { kind: 'error', message: 'x'.repeat(1000) }, url: document.location.href },
  ]);
  expect(calls.map(({ tool_name, success, error_msg }) => ({ tool_name, success, error_msg }))).toEqual([
    { tool_name: 'dom.click', success: false, error_msg: 'x'.repeat(1000) },
  ]);
});

test.each([
  ['an object', { kind: 'error', message: 'x' }],
  ['no JSON', 'kind=error'],
  ['JSON of another kind', JSON.stringify({ kind: 'hint.outcome', message: 'x' })],
  ['a number', '7'],
  ['null', 'null'],
  ['a text too long', JSON.stringify({ kind: 'error', message: 'x'.repeat(9000) })],
])('%s as its detail is nothing', (_what, detail) => {
  forge(detail);
  expect([events, calls]).toEqual([[], []]);
});

test('a page that forges without end is told about a bounded number of times, and takes no room from what the user does', () => {
  for (let n = 0; n < 1000; n += 1) forge(JSON.stringify({ kind: 'error', message: String(n) }));
  expect(events).toHaveLength(20);
  expect(recorder.takeLost()).toBe(980);
  recorder.begin('dom.click', {});
  forge(JSON.stringify({ kind: 'error', message: 'one more' }));
  recorder.finishAll();
  expect(calls.map(({ success }) => success)).toEqual([true]);
});

test.each(['error', 'unhandledrejection'])('an event %s that a script dispatches is no error of the page', (type) => {
  recorder.begin('dom.click', {});
  window.dispatchEvent(Object.assign(new Event(type), { message: 'forged', reason: 'forged' }));
  expect([events, calls]).toEqual([[], []]);
});

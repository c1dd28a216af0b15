// @vitest-environment jsdom
import { beforeEach, expect, test } from 'vitest';
import { masked } from '../../../shared/privacy/masked.ts';
import { type CapturedCall, type CapturedEvent, PAGE_ERROR_EVENT } from '../../messages.ts';
import { createRecorder } from '../recorder.ts';
import { captureErrors } from './errors.ts';

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
    now: () => Date.UTC(2026, 10, 22),
    tellCall: (call) => calls.push(call),
    tellEvent: (event) => events.push(event),
  });
  captureErrors(recorder, stop.signal);
});

/** As any script of the page can. */
const forge = (detail: unknown): unknown => document.dispatchEvent(new CustomEvent(PAGE_ERROR_EVENT, { detail }));

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

test('a page that forges without end is told about a bounded number of times', () => {
  for (let n = 0; n < 1000; n += 1) forge(JSON.stringify({ kind: 'error', message: String(n) }));
  expect(events.length).toBeLessThanOrEqual(100);
});

// @vitest-environment jsdom
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { masked } from '../../shared/privacy/masked.ts';
import { observeElement, observePage } from '../../shared/signature/index.ts';
import { createRecorder } from '../content/recorder.ts';
import { type CapturedCall, type CapturedEvent, sent, type Told } from '../messages.ts';
import { toldBy } from './content_schema.ts';

const US = 'our-id';
const TOP = { id: US, frameId: 0 };
const reading = { masked, keeps: () => true, doubtful: () => true };

/** What the content script's own recorder makes of a page. */
function recorded(body: string) {
  document.body.innerHTML = body;
  const calls: CapturedCall[] = [];
  const events: CapturedEvent[] = [];
  let ms = Date.UTC(2026, 10, 22);
  const recorder = createRecorder({
    document,
    reading,
    strict: false,
    now: () => ms++,
    tellCall: (call) => calls.push(call),
    tellEvent: (event) => events.push(event),
  });
  recorder.begin('dom.click', { element: document.querySelector('[x]') ?? undefined, input: { button: 0 } })?.finish();
  recorder.begin('dom.fill', { input: {} })?.finish({ error: 'e'.repeat(5000), output: { ok: false } });
  recorder.event('page.error', () => ({ kind: 'error', message: 'broken' }));
  return { calls, events, report: { url: recorder.url(), page: recorder.page()! } };
}
const { calls, events, report } = recorded(
  `<label>Name <input x name="n" class="a b" placeholder="${'p'.repeat(290)}" data-testid="q"></label>`,
);
const viewport = { viewport_w: 1280, viewport_h: 800, dpr: 1.25 };

const MESSAGES: readonly Told[] = [
  { type: 'hello', viewport, ready: false },
  ...calls.map((call) => ({ type: 'call', call }) as const),
  ...events.map((event) => ({ type: 'event', event }) as const),
  { type: 'page', report },
  { type: 'hints', report, typed: undefined },
  { type: 'typed', typed: ['Kestrel'] },
  { type: 'leave', lost: 3 },
];
const [call] = calls;
if (!call) throw new Error('nothing was recorded');

describe('takes what content scripts send', () => {
  test.each(MESSAGES.map((message) => [message.type, message] as const))('%s', (_type, message) => {
    // Chrome sends JSON, Firefox a structured clone.
    for (const arrived of [JSON.parse(JSON.stringify(sent(message))), structuredClone(sent(message))])
      expect(toldBy(arrived, TOP, US)).toBe(arrived);
  });

  test('with the longest that is read of a page', () => {
    const long = 'x'.repeat(5000);
    document.title = long;
    const { calls } = recorded(
      `<h1>${long}</h1><p>${long}</p><label>${long}<input x id="${'i'.repeat(60)}" aria-label="${long}" title="${long}"></label>${'<p id="abc" role="note">x</p>'.repeat(500)}`,
    );
    expect(toldBy(sent({ type: 'call', call: calls[0]! }), TOP, US)).toMatchObject({ type: 'call' });
  });
});

describe('refuses', () => {
  const malformed: readonly (readonly [string, unknown])[] = [
    ['an unknown type', { type: 'get_settings' }],
    ['a type of every object', { type: 'constructor' }],
    ['no type', {}],
    ['a field too many', { type: 'leave', lost: 0, settings: {} }],
    ['a count that is none', { type: 'leave', lost: -1 }],
    ['a field too few', { type: 'page' }],
    ['a signature that is sealed already', { type: 'call', call: { ...call, page_signature: {} } }],
    ['a run of its own', { type: 'call', call: { ...call, context: { run_id: 'x' } } }],
    ['an id that is none', { type: 'call', call: { ...call, event_uuid: 'x' } }],
    ['a time that is none', { type: 'call', call: { ...call, started_at: 'yesterday' } }],
    ['a text for an object', { type: 'call', call: 'dom.click' }],
    ['a list for an object', { type: 'call', call: [call] }],
    ['an address too long', { type: 'page', report: { ...report, url: 'h'.repeat(20_000) } }],
    ['an error too long', { type: 'call', call: { ...call, error_msg: 'e'.repeat(1001) } }],
    ['an input too large', { type: 'call', call: { ...call, input_json: 'x'.repeat(70_000) } }],
    ['a name too long', { type: 'call', call: { ...call, element: { ...call.element, name: 'n'.repeat(301) } } }],
    ['too much typed at once', { type: 'typed', typed: Array.from({ length: 2001 }, () => 'x') }],
    ['a typed text too long', { type: 'typed', typed: ['x'.repeat(10_001)] }],
    ['numbers that are none', { type: 'hello', viewport: { ...viewport, dpr: Number.NaN }, ready: false }],
  ];
  test.each(malformed)('%s', (_what, message) => {
    expect(toldBy(sent(message as object), TOP, US)).toEqual({ refused: 'malformed' });
  });

  test('another extension, and a sender without a name', () => {
    for (const id of ['other', undefined])
      expect(toldBy(sent({ type: 'leave', lost: 0 }), { id, frameId: 0 }, US)).toEqual({ refused: 'sender' });
  });

  test('what concerns the page as a whole, from a frame in it', () => {
    for (const frameId of [7, undefined])
      for (const message of MESSAGES.filter(({ type }) => ['page', 'hints'].includes(type)))
        expect(toldBy(sent(message), { id: US, frameId }, US)).toEqual({ refused: 'frame' });
    expect(toldBy(sent({ type: 'call', call }), { id: US, frameId: 7 }, US)).toMatchObject({ type: 'call' });
  });

  test('anything, without throwing', () => {
    const cyclic: unknown[] = [];
    cyclic.push(cyclic);
    for (const input_json of [cyclic, 1n, { toJSON: () => cyclic }])
      expect(toldBy(sent({ type: 'call', call: { ...call, input_json } }), TOP, US)).toEqual({ refused: 'malformed' });
    fc.assert(
      fc.property(fc.constantFrom(...MESSAGES), fc.anything(), (message, junk) => {
        for (const field of Object.keys(message).filter((name) => !['type', 'typed'].includes(name))) {
          if (field === 'ready' && typeof junk === 'boolean') continue;
          if (field === 'lost' && (junk === undefined || Number.isInteger(junk))) continue;
          const answer = toldBy(sent({ ...message, [field]: junk }), TOP, US);
          expect(answer).toEqual({ refused: 'malformed' });
        }
      }),
    );
  });
});

test('an element and a page are read within the bounds that are checked', () => {
  document.body.innerHTML = '<button>Save</button>';
  const element = observeElement(document.querySelector('button')!, reading);
  expect(
    toldBy(sent({ type: 'call', call: { ...call, element, page: observePage(document, reading) } }), TOP, US),
  ).toMatchObject({ type: 'call' });
});

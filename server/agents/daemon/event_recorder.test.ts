import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EventItem, type IngestItem } from '../../../shared/protocol/schema.ts';
import { checkJson } from '../../ingest/check_json.ts';
import type { Envelope } from './envelope.ts';
import { isRecorded } from './event_item.ts';
import { createEventRecorder } from './event_recorder.ts';

const NOW = Date.UTC(2026, 10, 23);

function recording() {
  const items: IngestItem[] = [];
  async function enqueue(item: IngestItem) {
    items.push(item);
    return 'queued' as const;
  }
  return { items, recorder: createEventRecorder({ enqueue }, () => NOW) };
}
const event = (payload: unknown, rest: Partial<Envelope> = {}): Envelope => ({
  wireId: 'w1',
  sessionId: 's1',
  type: 'event',
  name: 'navigation',
  payload,
  ...rest,
});
async function itemOf(payload: unknown, rest: Partial<Envelope> = {}): Promise<EventItem> {
  const { items, recorder } = recording();
  expect(await recorder.event(event(payload, rest))).toBe('queued');
  return items.find(({ kind }) => kind === 'event') as EventItem;
}

test('an event has the same id whoever tells it, and another in another session', async () => {
  const [first, again, other] = [
    await itemOf({ url: 'https://shop.example/a' }),
    await itemOf({ told: 'again' }),
    await itemOf({}, { sessionId: 's2' }),
  ];
  expect(again.event_uuid).toBe(first.event_uuid);
  expect(other.event_uuid).not.toBe(first.event_uuid);
  expect(first.event_uuid).toMatch(/^[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
});

test.each([
  ['navigation', true],
  ['tab.updated', true],
  ['tabs.onRemoved', true],
  ['pageError', true],
  ['window_focused', true],
  ['networkIdle', false],
  ['tablet.turned', false],
  ['terror', false],
])('%s is recorded: %s', (name, recorded) => expect(isRecorded(name)).toBe(recorded));

test('what was typed is in no event of its session, address or tab; nor are values of queries', async () => {
  const { items, recorder } = recording();
  const typed = { selector: '#password', text: 'Canary Tr0ub4dor' };
  recorder.command({ ...event(typed), type: 'command', name: 'dom.type' });
  recorder.instance('s1', { instance_id: 'i1', extension: 'chrome' });
  const url = 'https://shop.example/canary%20tr0ub4dor?q=4711';
  const told = {
    url,
    message: 'no such user: CANARY TR0UB4DOR',
    'canary tr0ub4dor': [{ at: 'ada@example.com', see: `at ${url}` }],
  };
  await recorder.event(event(told, { name: 'tab.error', tabId: 7 }));
  const stored = JSON.stringify(items).toLowerCase();
  for (const secret of ['canary', 'tr0ub4dor', '4711', 'ada@example']) expect(stored).not.toContain(secret);
  expect(items.map(({ kind }) => kind)).toEqual(['session', 'instance', 'tab', 'event']);
  expect(items.at(-1)).toMatchObject({ context: { session_id: 's1', instance_id: 'i1', tab_id: '7' } });
});

test('a tab that was closed is told so, and clocks that are off count for nothing', async () => {
  const { items, recorder } = recording();
  recorder.instance('s1', { instance_id: 'i1' });
  await recorder.event(event({}, { name: 'tabClosed', tabId: 7, timestamp: NOW - 1000 }));
  expect(items.at(-2)).toMatchObject({ kind: 'tab', closed_at: new Date(NOW - 1000).toISOString() });
  for (const timestamp of [0, -1, 1e300, Number.NaN])
    expect((await itemOf({}, { timestamp })).occurred_at).toBe(new Date(NOW).toISOString());
});

test('whatever a payload holds, the server takes the event', async () => {
  const check = (item: EventItem): void => {
    expect(EventItem.safeParse(item).error).toBeUndefined();
    expect(checkJson('data', item.data ?? null, false)).toBeUndefined();
  };
  let deep: unknown = 1;
  for (let n = 0; n < 200_000; n += 1) deep = [deep];
  const cyclic: Record<string, unknown> = {};
  Object.assign(cyclic, { a: cyclic, b: cyclic });
  const odd = [deep, { deep }, cyclic, { big: 1n }, { f: () => 1 }, undefined, null, 7, 'x'.repeat(100_000)];
  const signature = { page_signature: { url_norm: 'not one', extra: true } };
  const wide = [Object.fromEntries(Array.from({ length: 70_000 }, (_, n) => [n, n])), Array(100_000).fill(['ab cd'])];
  // In place of what was typed stands more than there was.
  const grows = Array(9000).fill('abcde');
  for (const payload of [...odd, ...wide, grows, signature, { url: 'x'.repeat(1e6) }, { url: '\ud800:' }])
    check(await itemOf(payload));
  const { items, recorder } = recording();
  recorder.command({ ...event({ text: 'abcde' }), type: 'command' });
  await recorder.event(event(grows));
  check(items.at(-1) as EventItem);
  await fc.assert(
    fc.asyncProperty(fc.jsonValue({ maxDepth: 40, noUnicodeString: false }), async (payload) =>
      check(await itemOf(payload)),
    ),
    { numRuns: 300, seed: Number(process.env.SEED ?? 20261123) },
  );
});

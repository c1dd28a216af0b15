import { afterAll, beforeAll, expect, test } from 'vitest';
import { collectSpans, type Span } from '../../testing/span_collector.ts';
import { createSession } from '../mcp/session.ts';
import { createUnknown } from '../understand/unknown.ts';
import { openSpans, tracesUrlOf } from './open_spans.ts';

const named = ({ attributes }: Pick<Span, 'attributes'>): Record<string, string | undefined> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue]));

let collector: Awaited<ReturnType<typeof collectSpans>>;
beforeAll(async () => {
  collector = await collectSpans();
});
afterAll(() => collector.close());

test('each call is a span of its trace, with what became of it and nothing of what was said', async () => {
  const endpoint = `${collector.origin}/otlp/`;
  const spans = await openSpans({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_SERVICE_NAME: 'agent' });
  let now = 1_790_000_000_000;
  const session = createSession({ watchers: [spans!], createUnderstanding: createUnknown, now: () => now });
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
  const call = (id: number, name: string, _meta = {}): void => {
    session.fromClient({
      jsonrpc: '2.0',
      id,
      method: 'tools/call',
      params: { name, arguments: { word: 'Persimmon' }, _meta },
    });
    now += 250;
  };
  call(1, 'browser_click', { traceparent });
  session.fromServer({ jsonrpc: '2.0', id: 1, result: { content: [{ type: 'text', text: 'Persimmon' }] } });
  call(2, 'browser_type');
  session.fromServer({
    jsonrpc: '2.0',
    id: 2,
    result: { isError: true, content: [{ type: 'text', text: 'Persimmon' }] },
  });
  call(3, 'no_such_tool');
  session.fromServer({ jsonrpc: '2.0', id: 3, error: { code: -32602, message: 'Persimmon' } });
  call(4, 'browser_wait_for');
  session.fromClient({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 4 } });
  // Its caller decided that this trace is not sampled.
  call(5, 'browser_click', { traceparent: '00-5bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00' });
  session.fromServer({ jsonrpc: '2.0', id: 5, result: { content: [] } });
  session.end('closed');
  await spans!.close();

  expect(collector.paths()).toEqual(['/otlp/v1/traces']);
  expect(named(collector.resources()[0]!.resource)).toMatchObject({ 'service.name': 'agent' });
  const got = collector.spans();
  expect(got.map((span) => [span.name, span.status.code, named(span)['error.type']])).toEqual([
    ['tools/call browser_click', 0, undefined],
    ['tools/call browser_type', 2, 'tool_error'],
    ['tools/call no_such_tool', 2, '-32602'],
    ['tools/call browser_wait_for', 2, 'cancelled'],
  ]);
  const [first] = got;
  expect(first).toMatchObject({ traceId: '4bf92f3577b34da6a3ce929d0e0e4736', parentSpanId: '00f067aa0ba902b7' });
  expect(BigInt(first!.endTimeUnixNano) - BigInt(first!.startTimeUnixNano)).toBe(250_000_000n);
  expect(named(first!)).toMatchObject({
    'mcp.method.name': 'tools/call',
    'gen_ai.operation.name': 'execute_tool',
    'gen_ai.tool.name': 'browser_click',
    'mcp.session.id': session.session_id,
    'laskobot.run_id': session.run_id,
  });
  expect(collector.text()).not.toContain('Persimmon');
});

test('an endpoint that is away costs nothing but its spans', async () => {
  const spans = await openSpans({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://127.0.0.1:9/v1/traces' });
  const session = createSession({ watchers: [spans!], createUnderstanding: createUnknown, now: Date.now });
  session.fromClient({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'echo' } });
  expect(session.fromServer({ jsonrpc: '2.0', id: 1, result: { content: [] } })).toBe('pass');
  await spans!.close();
});

test.each([
  [{}, undefined],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318' }, 'http://c:4318/v1/traces'],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318', OTEL_SDK_DISABLED: 'true' }, undefined],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318', OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://t/x' }, 'http://t/x'],
])('where spans go: %j', (env, url) => {
  expect(tracesUrlOf(env)).toBe(url);
});

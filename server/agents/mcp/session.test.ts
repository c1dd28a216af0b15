import { describe, expect, test, vi } from 'vitest';
import type { Advice } from '../understand/types.ts';
import { createUnknown } from '../understand/unknown.ts';
import type { FinishedCall, RunInfo } from './call.ts';
import { createSession, type SessionDeps } from './session.ts';

/** A session with a clock that counts, and all that it told. */
function aSession(changes: Partial<SessionDeps> = {}) {
  let time = 1000;
  const finished: FinishedCall[] = [];
  const ended: { run: RunInfo; status: string; at: number }[] = [];
  const began: RunInfo[] = [];
  const session = createSession({
    watchers: [
      {
        began: (run) => began.push(run),
        finished: (call) => finished.push(call),
        ended: (run, status, at) => ended.push({ run, status, at }),
      },
    ],
    createUnderstanding: createUnknown,
    now: () => {
      time += 1;
      return time;
    },
    ...changes,
  });
  const call = (id: number | string, name: string, params: object = {}): unknown =>
    session.fromClient({ jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: {}, ...params } });
  const answer = (id: number | string, result: object): unknown => session.fromServer({ jsonrpc: '2.0', id, result });
  return { session, finished, ended, began, call, answer };
}

describe('a call', () => {
  test('is finished by its answer, whatever order answers come in, and 1 is not "1"', () => {
    const { finished, call, answer } = aSession();
    call(1, 'first');
    call('1', 'second');
    answer('1', { content: [{ type: 'text', text: 'b' }], isError: true });
    answer(1, { content: [{ type: 'text', text: 'a' }] });
    expect(finished.map(({ tool, seq, outcome }) => [tool, seq, outcome])).toEqual([
      ['second', 1, { kind: 'answered', result: { isError: true, content: [{ type: 'text', text: 'b' }] } }],
      ['first', 0, { kind: 'answered', result: { isError: false, content: [{ type: 'text', text: 'a' }] } }],
    ]);
    expect(finished.every(({ startedAt, endedAt }) => startedAt < endedAt)).toBe(true);
  });

  test('that the server refuses is refused, with its code', () => {
    const { session, finished, call } = aSession();
    call(1, 'x');
    session.fromServer({ jsonrpc: '2.0', id: 1, error: { code: -32602, message: 'no such tool' } });
    expect(finished[0]?.outcome).toEqual({ kind: 'refused', code: -32602, message: 'no such tool' });
  });

  test('that is cancelled is so, and a late answer changes nothing', () => {
    const { session, finished, ended, call, answer } = aSession();
    call(1, 'slow');
    session.fromClient({
      jsonrpc: '2.0',
      method: 'notifications/cancelled',
      params: { requestId: 1, reason: 'enough' },
    });
    answer(1, { content: [] });
    session.end('closed');
    expect(finished.map(({ outcome }) => outcome)).toEqual([{ kind: 'cancelled', reason: 'enough' }]);
    expect(ended[0]?.status).toBe('completed');
  });

  test('that asks and its retry are one', () => {
    const { finished, call, answer } = aSession();
    call(1, 'book', { arguments: { seat: 4 } });
    answer(1, { resultType: 'input_required', inputRequests: { ok: {} }, requestState: 'S1' });
    call(2, 'book', { arguments: { seat: 4 }, requestState: 'other', inputResponses: { ok: {} } });
    call(3, 'book', {
      arguments: { seat: 4 },
      requestState: 'S1',
      inputResponses: { ok: { action: 'accept', content: { code: 'melonade77' } } },
    });
    answer(3, { resultType: 'complete', content: [] });
    expect(finished).toHaveLength(1);
    expect(finished[0]).toMatchObject({ seq: 0, outcome: { kind: 'answered' } });
    expect(finished[0]?.typed.taint.scrub('the code melonade77 was right')).toBe('the code [typed] was right');
  });

  test('that asks without a state is known by what it asked', () => {
    const { finished, call, answer } = aSession();
    call(1, 'book');
    call(2, 'book');
    answer(1, { resultType: 'input_required', inputRequests: { one: {} } });
    answer(2, { resultType: 'input_required', inputRequests: { two: {} } });
    call(3, 'book', { inputResponses: { two: {} } });
    answer(3, { content: [] });
    expect(finished.map(({ seq }) => seq)).toEqual([1]);
  });

  test('that becomes a task is finished by the task', () => {
    const { session, finished, call, answer } = aSession();
    call(1, 'research');
    answer(1, { task: { taskId: 't1', status: 'working' } });
    expect(finished).toHaveLength(0);
    session.fromClient({ jsonrpc: '2.0', id: 2, method: 'tasks/result', params: { taskId: 't1' } });
    answer(2, { content: [{ type: 'text', text: 'done' }] });
    expect(finished[0]).toMatchObject({ tool: 'research', outcome: { kind: 'answered' } });
  });

  test('taints what it types, and what the user is asked for', () => {
    const { session, finished, call, answer } = aSession({ redact: new Set(['pin']) });
    call(1, 'fill', { arguments: { text: 'Sesame-open-1', options: { PIN: 471199 } } });
    session.fromServer({ jsonrpc: '2.0', id: 7, method: 'elicitation/create', params: {} });
    session.fromClient({ jsonrpc: '2.0', id: 7, result: { action: 'accept', content: { word: 'rhubarbara' } } });
    answer(1, { content: [] });
    const { taint } = finished[0]!.typed;
    expect(taint.scrub('sesame open 1, 471199, rhubarbara, other')).toBe('[typed], [typed], [typed], other');
  });
});

describe('a run', () => {
  test('begins with the first call, knows its trace, server and revision', () => {
    const { session, began, ended, call, answer } = aSession();
    session.fromClient({ jsonrpc: '2.0', id: 0, method: 'initialize', params: { protocolVersion: '2025-11-25' } });
    answer(0, { protocolVersion: '2025-06-18', serverInfo: { name: 'shop', version: '2.1' } });
    expect(began).toHaveLength(0);
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    call(1, 'x', { _meta: { traceparent } });
    answer(1, { content: [] });
    session.end('closed');
    session.end('closed');
    expect(ended).toEqual([{ run: expect.anything(), status: 'completed', at: expect.any(Number) }]);
    for (const run of [began[0], ended[0]?.run])
      expect(run).toMatchObject({
        run_id: session.run_id,
        root_request_id: '4bf92f3577b34da6a3ce929d0e0e4736',
        server_version: 'mcp shop 2.1',
        proto_version: '2025-06-18',
      });
  });

  test.each([
    ['closed', false, 'completed'],
    ['closed', true, 'partial'],
    ['stopped', false, 'partial'],
    ['server_lost', true, 'failed'],
  ] as const)('%s with a call open (%s) is %s', (how, open, status) => {
    const { session, ended, finished, call, answer } = aSession();
    call(1, 'x');
    if (!open) answer(1, { content: [] });
    session.end(how);
    expect(ended[0]?.status).toBe(status);
    expect(finished[0]?.outcome.kind).toBe(open ? 'unanswered' : 'answered');
  });

  test('of a client that calls no tool is none', () => {
    const { session, ended } = aSession();
    session.fromClient({ jsonrpc: '2.0', id: 1, method: 'ping' });
    session.end('closed');
    expect(ended).toEqual([]);
  });
});

describe('advice', () => {
  const advice = (changes: Partial<Advice>): Advice => ({
    tools: () => [{ name: 'hints_for_page' }],
    call: () => undefined,
    amend: async () => undefined,
    ...changes,
  });

  test('adds its tools behind the last page of the server’s, and answers them itself', async () => {
    const { session, answer, call, finished } = aSession({
      createAdvice: () =>
        advice({ call: (name) => (name === 'hints_for_page' ? Promise.resolve({ content: [] }) : undefined) }),
    });
    const list = (id: number): unknown => session.fromClient({ jsonrpc: '2.0', id, method: 'tools/list' });
    list(1);
    expect(answer(1, { tools: [{ name: 'a' }], nextCursor: 'more' })).toBe('pass');
    list(2);
    expect(await answer(2, { tools: [{ name: 'b', odd: 1 }], ttl: 5 })).toMatchObject({
      id: 2,
      result: { ttl: 5, tools: [{ name: 'b', odd: 1 }, { name: 'hints_for_page' }] },
    });
    expect(await call(3, 'hints_for_page')).toEqual({ jsonrpc: '2.0', id: 3, result: { content: [] } });
    expect(finished).toHaveLength(0);
  });

  test('may call tools of the server, which are recorded and kept from the client', async () => {
    const sent: unknown[] = [];
    const { session, answer, call, finished } = aSession({
      toServer: (message) => sent.push(message),
      createAdvice: ({ callTool }) =>
        advice({
          async amend(_, result) {
            if (!result.isError) return undefined;
            const again = await callTool('click', { ref: 'e2' });
            return { isError: false, content: [...again.result.content], _meta: { healed: true } };
          },
        }),
    });
    call(1, 'click');
    const amended = answer(1, { content: [], isError: true });
    await vi.waitFor(() => expect(sent).toHaveLength(1));
    const { id } = sent[0] as { id: string };
    expect(sent).toEqual([
      { jsonrpc: '2.0', id, method: 'tools/call', params: { name: 'click', arguments: { ref: 'e2' } } },
    ]);
    expect(session.fromServer({ jsonrpc: '2.0', id, result: { content: [{ type: 'text', text: 'ok' }] } })).toBe(
      'drop',
    );
    expect(await amended).toEqual({
      jsonrpc: '2.0',
      id: 1,
      result: { isError: false, content: [{ type: 'text', text: 'ok' }], _meta: { healed: true } },
    });
    expect(finished.map(({ args, seq }) => [args, seq])).toEqual([
      [{}, 0],
      [{ ref: 'e2' }, 1],
    ]);
  });
});

import { v7 as uuidv7 } from 'uuid';
import { beforeAll, expect, test } from 'vitest';
import { describeDatabases } from '../testing/databases.ts';
import { type TestApp, testApp } from '../testing/test_app.ts';

describeDatabases('reading a run back', (db) => {
  let t: TestApp;
  beforeAll(async () => {
    t = await testApp(db());
  });

  test('every field of a full batch comes back as it was sent', async () => {
    const run_id = uuidv7();
    const hash = 'ab'.repeat(32);
    const path = `screenshots/${t.projectId}/screenshot/${hash}.webp`;
    const context = {
      run_id,
      session_id: 's1',
      instance_id: 'i1',
      tab_id: 17,
      url: 'https://shop.example/Cart?a=#top',
    };
    const page = {
      url_norm: 'https://shop.example/cart',
      domain: 'shop.example',
      canonical_link_hash: '0000000000000001',
      title_hash: '0000000000000002',
      dom_fingerprint_hash: '0000000000000003',
      dom_simhash: 'f00000000000000f',
    };
    const element = {
      selector_norm: '#büy',
      role: 'button',
      text_hash: '0000000000000004',
      attr_fingerprint_hash: '0000000000000005',
      identity: {
        tag: 'button',
        role: 'button',
        test_id: { attribute: 'data-testid', value: 'buy' },
        box: [1, 2.5, 3, 4],
      },
      candidates: [{ kind: 'test_id', selector: '[data-testid="buy"]', matches: 1 }],
    };
    const call = {
      tool_name: 'click',
      seq: 0,
      event_uuid: uuidv7(),
      started_at: '2026-06-15T11:00:00.123456Z',
      ended_at: '2026-06-15T13:00:00.623+02:00',
      success: false,
      error_msg: 'no such button 😀',
      input_json: { nested: [1, 'zwei', null, { deep: true }], ünï: 1.5e300 },
      output_json: 'text',
    };
    const event = {
      event_uuid: uuidv7(),
      name: 'navigation',
      occurred_at: '2026-06-15T11:00:00.5Z',
      data: { how: 'pushState' },
    };
    const run = {
      run_id,
      session_id: 's1',
      instance_id: 'i1',
      status: 'completed',
      root_request_id: 'req-1',
      started_at: '2026-06-15T10:59:00Z',
      ended_at: '2026-06-15T11:01:00Z',
      server_version: '1.2',
      proto_version: '3',
    };
    const session = {
      session_id: 's1',
      user_hash: '0123456789abcdef',
      started_at: '2026-06-15T10:00:00Z',
      ended_at: '2026-06-15T11:30:00Z',
      ttl_expires_at: '2026-07-15T10:00:00Z',
    };
    const instance = { instance_id: 'i1', session_id: 's1', extension: 'firefox', extension_version: '0.1.0' };
    const tab = {
      tab_id: 17,
      instance_id: 'i1',
      url_first_seen: 'https://shop.example/',
      viewport_w: 1280,
      viewport_h: 720,
      dpr: 1.5,
      closed_at: '2026-06-15T11:02:00Z',
    };
    const { body } = await t.send('POST', '/v1/ingest', {
      items: [
        {
          kind: 'tool_call',
          context,
          ...call,
          artifacts: [{ type: 'screenshot', content_hash: hash, storage_path: path, size: 9 }],
          page_signature: page,
          element_signatures: [element],
        },
        { kind: 'event', context, ...event, page_signature: page, element_signature: element },
        { kind: 'run', ...run },
        { kind: 'session', ...session },
        { kind: 'instance', ...instance },
        { kind: 'tab', ...tab },
      ],
    });
    expect(body).toMatchObject({ accepted: 6, rejected: 0 });

    const stored = (await t.send('GET', `/v1/runs/${run_id}`)).body;
    expect(atUtc(stored.run)).toEqual(atUtc({ project_id: t.projectId, ...run }));
    expect(atUtc(stored.session)).toEqual(atUtc({ project_id: t.projectId, ...session }));
    expect(stored.instance).toEqual({ project_id: t.projectId, ...instance, created_at: expect.any(String) });
    expect(stored.tabs.map(atUtc)).toEqual([atUtc({ project_id: t.projectId, ...tab, tab_id: '17' })]);

    const signature = {
      first_seen: expect.any(String),
      last_seen: expect.any(String),
      page_sig_id: expect.any(Number),
    };
    const storedPage = {
      ...page,
      page_key: null,
      dom_simhash: BigInt('0xf00000000000000f').toString(2).padStart(64, '0'),
      ...signature,
    };
    const storedElement = { ...element, ...signature, elem_sig_id: expect.any(Number) };
    expect(stored.calls).toHaveLength(1);
    const { page_signature, element_signature, artifacts, input_jsonb, output_jsonb, ...flat } = stored.calls[0];
    expect({ page_signature, element_signature, input_jsonb, output_jsonb }).toEqual({
      page_signature: storedPage,
      element_signature: storedElement,
      input_jsonb: call.input_json,
      output_jsonb: call.output_json,
    });
    expect(artifacts).toEqual([
      {
        artifact_id: expect.any(String),
        call_id: flat.call_id,
        type: 'screenshot',
        content_hash: hash,
        storage_path: path,
        size_bytes: 9,
        created_at: expect.any(String),
        state: 'named',
        checked_at: null,
      },
    ]);
    const { input_json: _, output_json: __, ...sent } = call;
    expect(atUtc(flat)).toEqual(
      atUtc({
        ...sent,
        call_id: expect.any(String),
        run_id,
        session_id: 's1',
        instance_id: 'i1',
        tab_id: '17',
        url_at_call: context.url,
        latency_ms: 500,
        page_sig_id: String(page_signature.page_sig_id),
        elem_sig_id: String(element_signature.elem_sig_id),
      }),
    );
    expect(stored.events.map(atUtc)).toEqual([
      atUtc({
        ...event,
        run_id,
        session_id: 's1',
        instance_id: 'i1',
        tab_id: '17',
        url: context.url,
        page_sig_id: flat.page_sig_id,
        elem_sig_id: flat.elem_sig_id,
        page_signature: storedPage,
        element_signature: storedElement,
      }),
    ]);
  });

  test('gives a long run in pages, in order', async () => {
    const run_id = uuidv7();
    const calls = Array.from({ length: 501 }, (_, at) => ({
      context: { run_id },
      tool_name: 'scroll',
      seq: 500 - at,
      event_uuid: uuidv7(),
      started_at: '2026-06-15T11:00:00Z',
    }));
    await t.send('POST', '/internal/ingest/tool_call', calls.slice(0, 300));
    await t.send('POST', '/internal/ingest/tool_call', calls.slice(300));
    const first = (await t.send('GET', `/v1/runs/${run_id}`)).body;
    expect(first.calls.map((call: { seq: number }) => call.seq)).toEqual(Array.from({ length: 500 }, (_, at) => at));
    expect(first.next_after_seq).toBe(499);
    const last = (await t.send('GET', `/v1/runs/${run_id}?after_seq=499`)).body;
    expect([last.calls.length, last.next_after_seq]).toEqual([1, null]);
  });

  test.each(['nonsense', '018f0000-0000-7000-8000-000000000000/x'])('has no run %s', async (id) => {
    expect((await t.send('GET', `/v1/runs/${id}`)).status).toBeGreaterThanOrEqual(400);
  });
});

/** Times written in one way, to the millisecond. */
const atUtc = (row: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      /_at$/.test(name) && typeof value === 'string' ? new Date(value).toISOString() : value,
    ]),
  );

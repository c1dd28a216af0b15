import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBundle } from '../../shared/hints/open_bundle.ts';
import * as answers from '../../shared/protocol/answers.ts';
import { MAX_BATCH_ITEMS, MAX_BODY_BYTES } from '../../shared/protocol/limits.ts';
import { LookupResponse } from '../../shared/protocol/schema.ts';
import { aCall, anElement, aPage } from '../testing/items.ts';
import type { Answer } from '../testing/test_app.ts';
import type { Target } from './target.ts';

/** What every runtime must answer over HTTP, in the same words. */
export function conformance(start: () => Promise<Target>): void {
  let t: Target;
  beforeAll(async () => {
    t = await start();
  });
  afterAll(() => t?.stop());

  async function send(
    method: string,
    path: string,
    body?: unknown,
    { key = t.secret, headers = {} }: { key?: string; headers?: Record<string, string> } = {},
  ): Promise<Answer> {
    const raw = typeof body === 'string' || body instanceof Uint8Array;
    const response = await fetch(`${t.url}${path}`, {
      method,
      headers: { ...(key ? { authorization: `Bearer ${key}` } : {}), ...headers },
      ...(body === undefined ? {} : { body: raw ? (body as BodyInit) : JSON.stringify(body) }),
    });
    const text = await response.text();
    const json = response.headers.get('content-type')?.includes('json') && text !== '';
    return { status: response.status, headers: response.headers, body: json ? JSON.parse(text) : text };
  }
  const refusal = ({ status, body }: Answer) => [status, body.error?.code];
  const callsOf = (count: number, run_id = uuidv7()) =>
    Array.from({ length: count }, (_, seq) => aCall({ seq, context: { run_id } }));

  test('health, document and page', async () => {
    expect((await send('GET', '/healthz', undefined, { key: '' })).body).toEqual({ ok: true });
    expect((await send('GET', '/readyz', undefined, { key: '' })).body).toEqual({ ok: true });
    expect((await send('HEAD', '/healthz')).status).toBe(200);
    expect((await send('GET', '/openapi.json')).body.openapi).toBe('3.1.0');
    expect((await send('GET', '/docs')).headers.get('content-type')).toMatch(/^text\/html/);
  });

  test('request ids, security headers, and JSON where there is no route', async () => {
    const answer = await send('GET', '/nothing', undefined, { headers: { 'x-request-id': 'trace-1' } });
    expect([...refusal(answer), answer.headers.get('x-request-id')]).toEqual([404, 'not_found', 'trace-1']);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answers.errorBody.safeParse(answer.body).error).toBeUndefined();
  });

  test('a batch is accepted, and told again a duplicate', async () => {
    const items = callsOf(100);
    const first = await send('POST', '/v1/ingest', { items }, { key: t.publishable });
    expect([first.status, first.body.accepted]).toEqual([200, 100]);
    expect(answers.ingestResponse.safeParse(first.body).error).toBeUndefined();
    expect((await send('POST', '/v1/ingest', { items })).body).toMatchObject({ accepted: 0, duplicate: 100 });
  });

  test('one bad item costs no other', async () => {
    const items = [aCall(), { kind: 'surprise' }, aCall({ tool_name: '' }), aCall({ tool_name: '\0' }), aCall()];
    const { body } = await send('POST', '/v1/ingest', { items });
    expect(body.results.map((each: { status: string; code?: string }) => each.code ?? each.status)).toEqual([
      'accepted',
      'invalid_value',
      'invalid_value',
      'invalid_text',
      'accepted',
    ]);
  });

  test('tool calls come alone, in an array and in an object', async () => {
    for (const body of [aCall(), callsOf(2), { tool_calls: callsOf(3) }])
      expect((await send('POST', '/internal/ingest/tool_call', body)).body.rejected).toBe(0);
  });

  test('all kinds of items, and a run read back as it was told', async () => {
    const [run_id, session_id, instance_id] = [uuidv7(), uuidv7(), uuidv7()];
    const at = new Date().toISOString();
    const input_json = { text: 'ünï ✓ 🦫 "\\', number: 1.5, nested: [null, { deep: true }] };
    const items = [
      { kind: 'session', session_id, started_at: at },
      { kind: 'instance', instance_id, session_id, extension: 'chrome' },
      { kind: 'tab', tab_id: 17, instance_id, session_id, viewport_w: 1280, viewport_h: 720, dpr: 1.5 },
      { kind: 'run', run_id, session_id, instance_id, status: 'completed', started_at: at, ended_at: at },
      aCall({ context: { run_id, session_id, instance_id, tab_id: 17 }, input_json, success: true, ended_at: at }),
      { kind: 'event', context: { run_id }, name: 'navigation', event_uuid: uuidv7(), occurred_at: at, data: [1] },
    ];
    expect((await send('POST', '/v1/ingest', { items })).body).toMatchObject({ accepted: 6 });
    const { status, body } = await send('GET', `/v1/runs/${run_id}`);
    expect(status).toBe(200);
    expect(answers.storedRun.safeParse(body).error).toBeUndefined();
    expect(body).toMatchObject({
      run: { run_id, status: 'completed' },
      session: { session_id },
      tabs: [{ tab_id: '17', dpr: 1.5 }],
      calls: [{ seq: 1, input_jsonb: input_json, success: true }],
      events: [{ name: 'navigation', data: [1] }],
    });
  });

  test('what is no batch is refused as a whole', async () => {
    for (const [body, code] of [
      ['{', 'invalid_json'],
      ['', 'invalid_json'],
      [new Uint8Array([0x22, 0xff, 0xfe, 0x22]), 'invalid_json'],
      ['[]', 'invalid_body'],
      [{ items: [] }, 'invalid_body'],
      [{ items: 7 }, 'invalid_body'],
    ] as const)
      expect(refusal(await send('POST', '/v1/ingest', body))).toEqual([400, code]);
    const items = Array(MAX_BATCH_ITEMS + 1).fill({});
    expect(refusal(await send('POST', '/v1/ingest', { items }))).toEqual([413, 'payload_too_large']);
  });

  test('gzip is taken, broken gzip and other encodings are refused', async () => {
    const gzip = { headers: { 'content-encoding': 'gzip' } };
    const packed = gzipSync(JSON.stringify({ items: callsOf(50) }));
    expect((await send('POST', '/v1/ingest', packed, gzip)).body.accepted).toBe(50);
    expect(refusal(await send('POST', '/v1/ingest', packed.subarray(0, 200), gzip))).toEqual([400, 'invalid_json']);
    expect(refusal(await send('POST', '/v1/ingest', '{"items":[]}', gzip))).toEqual([400, 'invalid_json']);
    const brotli = { headers: { 'content-encoding': 'br' } };
    expect(refusal(await send('POST', '/v1/ingest', 'x', brotli))).toEqual([415, 'unsupported_encoding']);
  });

  test('a body too large, and a bomb, are refused, and the server lives on', async () => {
    const large = ' '.repeat(MAX_BODY_BYTES + 2_000);
    // A server may answer and hang up while the client still writes; then the client sees only that.
    const answered = await send('POST', '/v1/ingest', large).then(refusal, (error: Error) => error.message);
    expect([[413, 'payload_too_large'], 'fetch failed']).toContainEqual(answered);
    const bomb = gzipSync(new Uint8Array(50 * 1024 * 1024));
    const answer = await send('POST', '/v1/ingest', bomb, { headers: { 'content-encoding': 'gzip' } });
    expect(refusal(answer)).toEqual([413, 'payload_too_large']);
    expect((await send('GET', '/readyz')).status).toBe(200);
  });

  test('keys: missing, wrong, of the wrong kind, in any header', async () => {
    expect(refusal(await send('GET', '/v1/project', undefined, { key: '' }))).toEqual([401, 'missing_key']);
    const wrong = `${t.secret.slice(0, -2)}__`;
    expect(refusal(await send('GET', '/v1/project', undefined, { key: wrong }))).toEqual([401, 'invalid_key']);
    for (const [method, path] of [
      ['POST', '/internal/ingest/tool_call'],
      ['POST', '/internal/jobs/aggregate'],
      ['GET', `/v1/runs/${uuidv7()}`],
      ['GET', '/metrics'],
    ] as const) {
      const answer = await send(method, path, method === 'POST' ? {} : undefined, { key: t.publishable });
      expect(refusal(answer)).toEqual([403, 'forbidden']);
    }
    for (const name of ['apikey', 'x-api-key']) {
      const answer = await send('GET', '/v1/project', undefined, { key: '', headers: { [name]: t.publishable } });
      expect([answer.status, answer.body.project_id]).toEqual([200, t.projectId]);
    }
  });

  test('runs are found by their own project only', async () => {
    const [call] = callsOf(1);
    const { run_id } = (call as { context: { run_id: string } }).context;
    await send('POST', '/v1/ingest', { items: [call] });
    expect((await send('GET', `/v1/runs/${run_id}?after_seq=-1`)).status).toBe(200);
    expect(refusal(await send('GET', `/v1/runs/${run_id}`, undefined, { key: t.otherSecret }))).toEqual([
      404,
      'not_found',
    ]);
    expect(refusal(await send('GET', '/v1/runs/no-uuid'))).toEqual([400, 'invalid_value']);
  });

  test('jobs run, and turn records into hints that a lookup finds', async () => {
    const partitions = await send('POST', '/internal/jobs/partitions');
    expect([partitions.status, partitions.body.outcome]).toEqual([200, 'succeeded']);
    expect(refusal(await send('POST', '/internal/jobs/none'))).toEqual([404, 'not_found']);

    const page = aPage('conformance');
    const started_at = new Date().toISOString();
    const call = aCall({ success: true, started_at, page_signature: page, element_signatures: [anElement()] });
    expect((await send('POST', '/v1/ingest', { items: [call] })).body.accepted).toBe(1);
    const question = { url: 'https://shop.example/Conformance?q=1', dom_top_signature: page.dom_fingerprint_hash };
    const look = () => send('POST', '/hints/lookup', { ...question, trace: true }, { key: t.publishable });
    const made = () => send('GET', '/v1/hints?url_norm=https://shop.example/conformance&limit=1');
    let hints = await made();
    // Transactions of other tests on the same cluster may keep the job's bound back.
    for (let tries = 0; tries < 60 && !hints.body.hints?.length; tries++) {
      if (tries > 0) await new Promise((resolve) => setTimeout(resolve, 250));
      await send('POST', '/internal/jobs/aggregate');
      hints = await made();
    }
    // One success is not enough everywhere; what an operator pins is served.
    const pinned = await send('POST', `/v1/hints/${hints.body.hints[0]?.hint_id}/decision`, { decision: 'pin' });
    expect(answers.hintDetails.safeParse(pinned.body).error).toBeUndefined();
    const found = await look();
    expect(LookupResponse.safeParse(found.body).error).toBeUndefined();
    expect(found.body).toMatchObject({
      page_match: 'exact',
      element_hints: [{ hint_type: 'best_selector', data: { selector: '[data-testid="buy"]', kind: 'test_id' } }],
    });
    expect((await look()).body.element_hints).toEqual(found.body.element_hints);
    const other = await send('POST', '/hints/lookup', question, { key: t.otherSecret });
    expect(other.body).toMatchObject({ page_match: 'none', bundle_version: null, page_hints: [], element_hints: [] });
    expect(refusal(await send('POST', '/hints/lookup', { url: 'nowhere' }))).toEqual([400, 'invalid_value']);

    const bundle = (headers = {}) =>
      send('GET', '/v1/hints/bundle?domain=shop.example', undefined, { key: t.publishable, headers });
    const signed = await bundle();
    const { project_id, bundle_key } = (await send('GET', '/v1/project')).body;
    const expected = { projectId: project_id, domain: 'shop.example', bundleKey: bundle_key, before: undefined };
    expect(await openBundle(signed.body, { ...expected, now: Date.now() })).toMatchObject({
      ok: true,
      bundle: { pages: expect.arrayContaining([expect.objectContaining({ key: 'https://shop.example/conformance' })]) },
    });
    expect(await bundle({ 'if-none-match': signed.headers.get('etag') ?? '' })).toMatchObject({
      status: 304,
      body: '',
    });
  });

  test('an artifact is signed, uploaded to the storage, and then exists', async () => {
    const bytes = new TextEncoder().encode(`<html>${t.url}</html>`);
    const content_hash = createHash('sha256').update(bytes).digest('hex');
    const wanted = { type: 'dom', content_hash, size: bytes.length, ext: 'html' };
    const sign = () => send('POST', '/v1/artifacts/sign', { artifacts: [wanted] }, { key: t.publishable });
    const { status, body } = await sign();
    expect([status, body.artifacts?.[0]?.status]).toEqual([200, 'upload']);
    const { bucket, path, token, storage_path } = body.artifacts[0];
    expect(path).toBe(`${t.projectId}/dom/${content_hash}.html`);
    const put = (to: string) =>
      fetch(`${body.storage_url}/object/upload/sign/${to}?token=${token}`, { method: 'PUT', body: bytes });
    expect((await put(`${bucket}/${path}`)).status).toBe(200);
    expect(await (await put(`${bucket}/${path}`)).json()).toMatchObject({ statusCode: '409' });
    expect(await (await put(`${bucket}/${path}x`)).json()).toMatchObject({ code: 'InvalidSignature' });
    const named = { type: 'dom', content_hash, storage_path, size: bytes.length };
    expect((await send('POST', '/v1/ingest', { items: [aCall({ artifacts: [named] })] })).body.accepted).toBe(1);
    expect((await sign()).body.artifacts[0].status).toBe('exists');
    const foreign = { ...named, storage_path: `dom/${uuidv7()}/dom/${content_hash}.html` };
    expect((await send('POST', '/v1/ingest', { items: [aCall({ artifacts: [foreign] })] })).body.rejected).toBe(1);
  });

  test('many at once: nothing is lost, nothing doubled', async () => {
    const batches = Array.from({ length: 20 }, () => callsOf(5));
    const same = callsOf(5);
    const sent = [...batches, ...Array<typeof same>(10).fill(same)];
    const told = await Promise.all(sent.map((items) => send('POST', '/v1/ingest', { items })));
    expect(told.map(({ status }) => status)).toEqual(sent.map(() => 200));
    const sum = (name: string) => told.reduce((total, { body }) => total + body[name], 0);
    expect([sum('accepted'), sum('duplicate'), sum('rejected')]).toEqual([105, 45, 0]);
  });

  test('browsers: extensions may read answers, other pages not', async () => {
    const allowedFor = async (origin: string, method: string) => {
      const headers = { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'apikey' };
      return (await send(method, '/v1/project', undefined, { headers })).headers.get('access-control-allow-origin');
    };
    for (const method of ['OPTIONS', 'GET']) {
      expect(await allowedFor('chrome-extension://abcdefghijklmnop', method)).toBe(
        'chrome-extension://abcdefghijklmnop',
      );
      expect(await allowedFor('https://evil.example', method)).toBeNull();
    }
  });

  test('metrics tell what was done here', async () => {
    const { status, body } = await send('GET', '/metrics');
    expect(status).toBe(200);
    expect(body).toMatch(/laskobot_ingest_items_total\{outcome="accepted"\} \d/);
    expect(body).toMatch(
      /laskobot_http_request_duration_seconds_count\{route="\/v1\/ingest",method="POST",status="200"\} \d/,
    );
  });
}

import { gzipSync } from 'node:zlib';
import { v7 as uuidv7 } from 'uuid';
import { beforeAll, expect, test } from 'vitest';
import { MAX_BATCH_ITEMS, MAX_BODY_BYTES } from '../../shared/protocol/limits.ts';
import { describeDatabases } from '../testing/databases.ts';
import { aCall, anElement, aPage, type Fields } from '../testing/items.ts';
import { createProject, type TestApp, testApp } from '../testing/test_app.ts';

const LONE = '\ud800';

/** What a call may not be, and how it is refused. `%` in a name is a field. */
const BAD_CALLS: readonly (readonly [string, string, Fields])[] = [
  ['an unknown field', 'unknown_field', { surprise: 1 }],
  ['an unknown field of the context', 'unknown_field', { context: { surprise: 1 } }],
  ['a missing name', 'invalid_type', { tool_name: undefined }],
  ['a name that is a number', 'invalid_type', { tool_name: 7 }],
  ['a seq that is a text', 'invalid_type', { seq: '1' }],
  ['a seq that is no integer', 'invalid_type', { seq: 1.5 }],
  ['a seq below zero', 'out_of_range', { seq: -1 }],
  ['a seq beyond int', 'out_of_range', { seq: 2 ** 31 }],
  ['a run id that is no UUID', 'invalid_value', { context: { run_id: 'run' } }],
  ['U+0000 in a name', 'invalid_text', { tool_name: 'a\0b' }],
  ['a lone surrogate in a name', 'invalid_text', { tool_name: LONE }],
  ['U+0000 in a value', 'invalid_text', { input_json: { a: ['\0'] } }],
  ['a lone surrogate in a value', 'invalid_text', { output_json: { a: { b: LONE } } }],
  ['U+0000 in a key', 'invalid_text', { input_json: { a: { 'k\0': 1 } } }],
  ['a lone surrogate in a key', 'invalid_text', { output_json: { [LONE]: 1 } }],
  ['a lone surrogate as the whole value', 'invalid_text', { input_json: LONE }],
  ['nesting beyond the bound', 'too_large', { input_json: JSON.parse('['.repeat(40) + ']'.repeat(40)) }],
  ['JSON beyond the bound', 'too_large', { output_json: { a: 'x'.repeat(70_000) } }],
  ['JSON beyond the bound in UTF-8 only', 'too_large', { output_json: 'ä'.repeat(33_000) }],
  ['a name beyond the bound', 'too_large', { tool_name: 'x'.repeat(129) }],
  ['a date before 2015', 'out_of_range', { started_at: '1970-01-01T00:00:00Z' }],
  ['a date in the future', 'out_of_range', { started_at: '2026-06-17T12:00:01Z' }],
  ['a day that does not exist', 'out_of_range', { started_at: '2026-02-30T00:00:00Z' }],
  ['an hour that does not exist', 'out_of_range', { started_at: '2026-02-03T25:00:00Z' }],
  ['what is no date', 'invalid_value', { started_at: 'yesterday' }],
  ['a date without a zone', 'invalid_value', { started_at: '2026-06-15T11:00:00' }],
  ['an end before the start', 'out_of_range', { ended_at: '2026-06-15T10:59:59Z' }],
  ['an element without any page', 'invalid_value', { element_signatures: [anElement()] }],
  ['a page that is no URL', 'invalid_value', { page_signature: aPage('', { url_norm: 'nowhere' }) }],
  ['a hash that is no hex', 'invalid_value', { page_signature: aPage('', { title_hash: 'xyz' }) }],
  ['a kind that does not exist', 'invalid_value', { kind: 'wish' }],
];

describeDatabases('ingest', (db) => {
  let t: TestApp;
  beforeAll(async () => {
    t = await testApp(db());
  });
  const ingest = (items: unknown, key?: string) => t.send('POST', '/v1/ingest', { items }, key);
  const storedSeqs = async (run: string): Promise<number[]> =>
    (await t.send('GET', `/v1/runs/${run}`)).body.calls.map((call: { seq: number }) => call.seq);

  test.each(BAD_CALLS)('refuses %s with %s and keeps the items around it', async (_, code, changes) => {
    const context = { run_id: uuidv7() };
    const bad = aCall({ seq: 2, ...changes, context: { ...context, ...(changes.context as Fields) } });
    const { status, body } = await ingest([aCall({ seq: 1, context }), bad, aCall({ seq: 3, context })]);
    expect(status).toBe(200);
    expect(body).toMatchObject({ accepted: 2, duplicate: 0, rejected: 1 });
    expect(body.results[1]).toMatchObject({ index: 1, status: 'rejected', code, reason: expect.stringMatching(/./) });
    expect(await storedSeqs(context.run_id)).toEqual([1, 3]);
  });

  test.each([null, 7, 'call', [], {}])('refuses the item %j alone', async (item) => {
    const { body } = await ingest([item, aCall()]);
    expect(body).toMatchObject({ accepted: 1, rejected: 1 });
    expect(body.results[0]).toMatchObject({ index: 0, status: 'rejected', code: 'invalid_type' });
  });

  test('refuses a number that no double holds', async () => {
    const call = JSON.stringify(aCall({ input_json: { n: 4711 } })).replace('4711', '1e400');
    const { body } = await t.send('POST', '/v1/ingest', `{"items": [${call}]}`);
    expect(body.results[0]).toMatchObject({ status: 'rejected', code: 'out_of_range' });
  });

  test('keeps a key named __proto__', async () => {
    const run_id = uuidv7();
    const call = JSON.stringify(aCall({ context: { run_id }, input_json: { p: 1 } })).replace('"p"', '"__proto__"');
    await t.send('POST', '/v1/ingest', `{"items": [${call}]}`);
    const stored = await t.app.request(`/v1/runs/${run_id}`, { headers: { apikey: t.secret } });
    expect(await stored.text()).toContain('"input_jsonb":{"__proto__":1}');
  });

  test('refuses an artifact that is not in its own place', async () => {
    const hash = 'a'.repeat(64);
    const artifact = (storage_path: string) => ({ type: 'dom', content_hash: hash, storage_path, size: 1 });
    const { projectId: other } = await createProject(db());
    const paths = [
      `dom/${other}/dom/${hash}.html`,
      `screenshots/${t.projectId}/dom/${hash}.html`,
      `dom/${t.projectId}/dom/${'b'.repeat(64)}.html`,
      `dom/${t.projectId}/dom/../dom/${hash}.html`,
      `dom/${t.projectId}/dom/${hash}.exe`,
    ];
    const { body } = await ingest(paths.map((path) => aCall({ artifacts: [artifact(path)] })));
    expect(body.results.map((each: { code: string }) => each.code)).toEqual(paths.map(() => 'invalid_value'));
    const good = await ingest([aCall({ artifacts: [artifact(`dom/${t.projectId}/dom/${hash}.html`)] })]);
    expect(good.body.accepted).toBe(1);
  });

  test('stores a call that is told twice once', async () => {
    const call = aCall();
    expect((await ingest([call])).body.results[0].status).toBe('accepted');
    expect((await ingest([call])).body).toMatchObject({ accepted: 0, duplicate: 1, rejected: 0 });
    const upper = { ...call, event_uuid: String(call.event_uuid).toUpperCase() };
    const { body } = await ingest([upper, aCall(), upper]);
    expect(body.results.map((each: { status: string }) => each.status)).toEqual(['duplicate', 'accepted', 'duplicate']);
  });

  test('a second telling fills what the first left empty, and no more', async () => {
    const context = { run_id: uuidv7() };
    const event_uuid = uuidv7();
    await ingest([aCall({ context, event_uuid, input_json: { a: 1 }, success: true })]);
    await ingest([
      aCall({
        context: { ...context, tab_id: 4, url: 'https://shop.example/' },
        event_uuid,
        tool_name: 'type',
        input_json: { a: 2 },
        output_json: [1],
        success: false,
        ended_at: '2026-06-15T11:00:01Z',
        page_signature: aPage('fill'),
        element_signatures: [anElement()],
      }),
    ]);
    const [call] = (await t.send('GET', `/v1/runs/${context.run_id}`)).body.calls;
    expect(call).toMatchObject({
      tool_name: 'click',
      input_jsonb: { a: 1 },
      output_jsonb: [1],
      success: true,
      latency_ms: 1000,
      tab_id: '4',
      url_at_call: 'https://shop.example/',
      page_signature: { url_norm: 'https://shop.example/fill' },
      element_signature: { selector_norm: '#buy' },
    });
  });

  test('what is told again is not written again; a page and an element at most once an hour', async () => {
    const context = { run_id: uuidv7(), session_id: uuidv7(), instance_id: uuidv7(), tab_id: 1 };
    const path = `again-${context.run_id}`;
    const tell = () => ingest([aCall({ context, page_signature: aPage(path), element_signatures: [anElement()] })]);
    /** xmin names the transaction that wrote a row. */
    const versions = async (tables: readonly string[]) =>
      Promise.all(
        tables.map((table) =>
          db().tx('admin', (tx) => tx.query(`select xmin::text from ${table} where project_id = $1`, [t.projectId])),
        ),
      );
    const signatures = ['page_signatures', 'element_signatures'];
    const all = [...signatures, 'sessions', 'instances', 'tabs', 'runs'];
    await tell();
    const first = await versions(all);
    await tell();
    expect(await versions(all)).toEqual(first);

    for (const table of signatures) {
      const age = `update ${table} set last_seen = now() - interval '61 minutes' where project_id = $1`;
      await db().tx('admin', (tx) => tx.query(age, [t.projectId]));
    }
    await tell();
    for (const table of signatures) {
      const seen = `select count(*) filter (where last_seen > now() - interval '1 minute')::int as fresh from ${table}`;
      expect(await db().tx({ projectId: t.projectId }, (tx) => tx.query(seen))).toEqual([{ fresh: 1 }]);
    }
  });

  test('the artifacts of a second call to the same content are linked to it as well', async () => {
    const context = { run_id: uuidv7() };
    const content_hash = 'ab'.repeat(32);
    const artifacts = [
      { type: 'dom', content_hash, size: 4, storage_path: `dom/${t.projectId}/dom/${content_hash}.html` },
    ];
    const { body } = await ingest([aCall({ seq: 1, context, artifacts }), aCall({ seq: 2, context, artifacts })]);
    expect(body.accepted).toBe(2);
    const { calls } = (await t.send('GET', `/v1/runs/${context.run_id}`)).body;
    expect(calls.map((call: { artifacts: unknown[] }) => call.artifacts)).toEqual([
      [expect.objectContaining({ content_hash })],
      [expect.objectContaining({ content_hash })],
    ]);
  });

  test('refuses a number that another event of the run has, and keeps the others', async () => {
    const context = { run_id: uuidv7() };
    await ingest([aCall({ context, seq: 1 })]);
    const { body } = await ingest([aCall({ context, seq: 1 }), aCall({ context, seq: 2 }), aCall({ context, seq: 2 })]);
    expect(body).toMatchObject({ accepted: 1, rejected: 2 });
    expect(body.results[0]).toMatchObject({ status: 'rejected', code: 'seq_conflict' });
    expect(await storedSeqs(context.run_id)).toEqual([1, 2]);
  });

  test('batches that cross each other are all stored, once', async () => {
    const runs = [uuidv7(), uuidv7()];
    const calls = runs.flatMap((run_id) =>
      Array.from({ length: 20 }, (_, seq) =>
        aCall({
          seq,
          context: { run_id, session_id: `s${seq % 5}`, instance_id: `i${seq % 7}`, tab_id: 1 },
          page_signature: aPage(`crossing/p${seq}`),
          element_signatures: [anElement()],
        }),
      ),
    );
    const orders = [calls, calls.toReversed(), calls.toSorted((a, b) => Number(a.seq) - Number(b.seq))];
    const answers = await Promise.all([...orders, ...orders].map((items) => ingest(items)));
    expect(answers.map(({ status, body }) => [status, body.rejected])).toEqual(answers.map(() => [200, 0]));
    expect(answers.reduce((sum, { body }) => sum + body.accepted, 0)).toBe(calls.length);
  });

  test('what only the database refuses costs no other item', async () => {
    // A rule that validation does not know, so that the database is certainly the one to refuse.
    await db().migrate(async (_, script) => {
      await script(`alter table events add constraint test_only check (name <> 'refused by the database')`);
    });
    const event = (name: string) => ({
      kind: 'event',
      name,
      event_uuid: uuidv7(),
      occurred_at: '2026-06-15T11:00:00Z',
      context: {},
    });
    const items = [event('a'), aCall(), event('refused by the database'), event('b'), aCall()];
    const { body } = await ingest(items);
    expect(body).toMatchObject({ accepted: 4, rejected: 1 });
    expect(body.results[2]).toMatchObject({ status: 'rejected', code: 'invalid_value' });
  });

  test('the same ids in two projects are two things', async () => {
    const other = await testApp(db());
    const call = aCall();
    expect((await ingest([call])).body.accepted).toBe(1);
    expect((await other.send('POST', '/v1/ingest', { items: [call] })).body.accepted).toBe(1);
  });

  test('a run that ended stays ended, and its start is the earliest told', async () => {
    const run_id = uuidv7();
    const run = (status: string, started_at: string) => ({ kind: 'run', run_id, status, started_at });
    await ingest([aCall({ context: { run_id } })]);
    await ingest([run('failed', '2026-06-15T10:00:00Z')]);
    const { body } = await ingest([run('running', '2026-06-15T10:30:00Z'), run('completed', '2026-06-15T10:30:00Z')]);
    expect(body.duplicate).toBe(2);
    const stored = (await t.send('GET', `/v1/runs/${run_id}`)).body.run;
    expect(stored).toMatchObject({ status: 'failed' });
    expect(Date.parse(stored.started_at)).toBe(Date.UTC(2026, 5, 15, 10));
  });

  test('takes what the client should have scrubbed out of addresses, and counts it', async () => {
    const context = { run_id: uuidv7(), url: 'https://me:pw@shop.example/a?q=anna#token=x' };
    const page_signature = aPage('', { url_norm: 'https://Shop.example/Item/4711?q=anna' });
    await ingest([aCall({ context, page_signature })]);
    const [call] = (await t.send('GET', `/v1/runs/${context.run_id}`)).body.calls;
    expect(call.url_at_call).toBe('https://shop.example/a?q=#token=');
    expect(call.page_signature.url_norm).toBe('https://shop.example/item/:id');
    expect(t.logged.map((line) => JSON.parse(line))).toContainEqual(
      expect.objectContaining({ event: 'ingest.unscrubbed_urls', count: 2 }),
    );
    expect(t.logged.join()).not.toContain('anna');
  });

  test('the internal route takes one call, an array, or tool_calls', async () => {
    for (const body of [aCall(), [aCall(), aCall()], { tool_calls: [aCall()] }]) {
      const answer = await t.send('POST', '/internal/ingest/tool_call', body);
      expect(answer.body).toMatchObject({ rejected: 0, duplicate: 0 });
    }
  });

  test.each([
    ['malformed JSON', '{"items": [', 400, 'invalid_json'],
    ['no JSON', 'hello', 400, 'invalid_json'],
    ['nothing', '', 400, 'invalid_json'],
    ['bytes that are no UTF-8', new Uint8Array([0x22, 0xff, 0x22]), 400, 'invalid_json'],
    ['no batch', '{"calls": []}', 400, 'invalid_body'],
    ['no object', '7', 400, 'invalid_body'],
    ['an empty batch', '{"items": []}', 400, 'invalid_body'],
    ['a body beyond the bound', `{"items": ["${'x'.repeat(MAX_BODY_BYTES)}"]}`, 413, 'payload_too_large'],
    ['too many items', JSON.stringify({ items: Array(MAX_BATCH_ITEMS + 1).fill(0) }), 413, 'payload_too_large'],
  ] as const)('refuses %s as a whole', async (_, body, status, code) => {
    const answer = await t.send('POST', '/v1/ingest', body);
    expect(answer.status).toBe(status);
    expect(answer.body.error).toMatchObject({ code, request_id: answer.headers.get('x-request-id') });
  });

  const gzipped = (body: Uint8Array<ArrayBuffer>, encoding = 'gzip') =>
    t.app.request('/v1/ingest', {
      method: 'POST',
      headers: { apikey: t.secret, 'content-encoding': encoding },
      body,
    });

  test('takes a gzip body', async () => {
    const answer = await gzipped(new Uint8Array(gzipSync(JSON.stringify({ items: [aCall()] }))));
    expect(await answer.json()).toMatchObject({ accepted: 1 });
  });

  test('refuses a gzip bomb while it inflates, a broken gzip, and other encodings', async () => {
    const bomb = await gzipped(new Uint8Array(gzipSync(new Uint8Array(200 * 1024 * 1024))));
    expect([bomb.status, (await bomb.json()).error.code]).toEqual([413, 'payload_too_large']);
    expect((await gzipped(new TextEncoder().encode('no gzip'))).status).toBe(400);
    expect((await gzipped(new TextEncoder().encode('{}'), 'br')).status).toBe(415);
  });

  test('items that name a session, an instance or a tab which nobody told yet are stored', async () => {
    const session_id = uuidv7();
    const { body } = await ingest([
      { kind: 'instance', instance_id: `i-${session_id}`, session_id },
      { kind: 'tab', tab_id: '4', instance_id: `j-${session_id}`, session_id: `s-${session_id}` },
    ]);
    expect(body).toMatchObject({ accepted: 2, rejected: 0 });
  });
});

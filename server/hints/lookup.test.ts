import fc from 'fast-check';
import { v7 as uuidv7 } from 'uuid';
import { beforeAll, expect, test } from 'vitest';
import { LookupResponse } from '../../shared/protocol/schema.ts';
import { hashText, parseHashKey } from '../../shared/signature/hash.ts';
import type { Tx } from '../db/db.ts';
import { describeDatabases } from '../testing/databases.ts';
import { aCall, anElement, aPage, type Fields } from '../testing/items.ts';
import { createProject, type TestApp, testApp } from '../testing/test_app.ts';

const STATE = '00000000000000aa';
const OTHER_STATE = '00000000000000ab';

describeDatabases('lookup', (db) => {
  let t: TestApp;
  let title_hash: string;
  beforeAll(async () => {
    t = await testApp(db());
    const { text_key } = (await t.send('GET', '/v1/project')).body;
    title_hash = hashText(parseHashKey(text_key), 'Second');
    const call = (page: Fields, element: Fields) =>
      aCall({ success: true, page_signature: aPage('item/1', page), element_signatures: [anElement(element)] });
    const onOther = { dom_fingerprint_hash: OTHER_STATE, dom_simhash: 'ffffffffffffffff', title_hash };
    const buy = { selector_norm: '#buy', attr_fingerprint_hash: '00000000000000b1' };
    const help = {
      selector_norm: '#help',
      role: 'link',
      text_hash: '00000000000000c1',
      attr_fingerprint_hash: '00000000000000b2',
    };
    const calls = [call({}, buy), ...[1, 2, 3].map(() => call(onOther, help))];
    expect((await t.send('POST', '/v1/ingest', { items: calls })).body.accepted).toBe(4);
    // Other suites' transactions may keep the job's bound back.
    for (let read = 0; read < 4; ) read += (await t.send('POST', '/internal/jobs/aggregate')).body.detail.tool_calls;
  });

  const lookup = async (request: Fields, key?: string) => {
    const { status, body } = await t.send(
      'POST',
      '/hints/lookup',
      { url: 'https://shop.example/item/77?x=1', ...request },
      key,
    );
    expect(status).toBe(200);
    expect(LookupResponse.safeParse(body).error).toBeUndefined();
    return body as LookupResponse;
  };
  const selectorsOf = (response: LookupResponse) => response.element_hints.map((hint) => hint.element?.selector_norm);

  test('recognises the exact state and serves its elements first', async () => {
    const here = await lookup({ dom_top_signature: STATE });
    expect([here.page_match, here.page_similarity, selectorsOf(here)]).toEqual(['exact', 1, ['#buy', '#help']]);
    expect(here.element_hints[0]?.page).toMatchObject({ dom_fingerprint_hash: STATE });
    const there = await lookup({ dom_top_signature: OTHER_STATE });
    expect([there.page_match, selectorsOf(there)]).toEqual(['exact', ['#help', '#buy']]);
  });

  test.each([
    ['six bits away is near', '00000000000000c0', 'near', 58 / 64, '#buy'],
    ['seven bits away is only the address', '00000000000001c0', 'url', 57 / 64, '#buy'],
    ['the nearer of two states', 'fffffffffffffffe', 'near', 63 / 64, '#help'],
  ])('%s', async (_, dom_simhash, match, similarity, first) => {
    const response = await lookup({ dom_top_signature: '00000000000000ee', dom_simhash });
    expect([response.page_match, response.page_similarity, selectorsOf(response)[0]]).toEqual([
      match,
      similarity,
      first,
    ]);
  });

  test('without a signature the title tells states apart', async () => {
    const response = await lookup({ title: ' second ' });
    expect([response.page_match, response.element_hints[0]?.element?.selector_norm]).toEqual(['url', '#help']);
    expect(selectorsOf(await lookup({ title_hash }))).toEqual(selectorsOf(response));
  });

  test('an address that nobody met matches nothing', async () => {
    expect(await lookup({ url: 'https://shop.example/else' })).toMatchObject({ page_match: 'none', element_hints: [] });
  });

  test.each([
    [{ selector_norm: '#help' }, ['#help']],
    [{ role: 'link' }, ['#help']],
    [{ text_hash: '00000000000000c1' }, ['#help']],
    [{ attr_fingerprint_hash: '00000000000000b1' }, ['#buy']],
    [{ selector_norm: '#help', role: 'button' }, []],
    [{}, ['#buy', '#help']],
  ])('a candidate %j selects %j', async (candidate, selectors) => {
    const response = await lookup({ dom_top_signature: STATE, candidate_elements: [candidate] });
    expect(selectorsOf(response)).toEqual(selectors);
  });

  test('tells of as many controls as are asked for, the best', async () => {
    expect(selectorsOf(await lookup({ dom_top_signature: OTHER_STATE, top_k: 1 }))).toEqual(['#help']);
    expect(
      selectorsOf(await lookup({ candidate_elements: [{ role: 'button' }, { role: 'link' }], top_k: 1 })),
    ).toHaveLength(1);
  });

  test('tells no other control instead of one that is withheld', async () => {
    const { app } = await testApp(db(), { holdoutPercent: 50 });
    const ask = async (run_id: string | undefined, top_k?: number) => {
      const response = await app.request('/hints/lookup', {
        method: 'POST',
        headers: { authorization: `Bearer ${t.publishable}` },
        body: JSON.stringify({ url: 'https://shop.example/item/77', dom_top_signature: STATE, run_id, top_k }),
      });
      return selectorsOf((await response.json()) as LookupResponse);
    };
    const [best] = await ask(undefined, 1);
    const runs = Array.from({ length: 60 }, () => uuidv7());
    const told = await Promise.all(runs.map(async (run) => [await ask(run, 1), await ask(run)] as const));
    for (const [one, all] of told) expect(one).toEqual(all.filter((selector) => selector === best));
    // A half of 60; none or all once in 10^18.
    expect(new Set(told.map(([one]) => one.length))).toEqual(new Set([0, 1]));
  });

  test('answers an ETag of what it says, and 304 to who has that', async () => {
    const ask = async (headers: Record<string, string>, body: Fields = { dom_top_signature: STATE }) => {
      const response = await t.app.request('/hints/lookup', {
        method: 'POST',
        headers: { authorization: `Bearer ${t.publishable}`, ...headers },
        body: JSON.stringify({ url: 'https://shop.example/item/77', ...body }),
      });
      return { status: response.status, etag: response.headers.get('etag') ?? '', text: await response.text() };
    };
    const first = await ask({});
    expect([first.status, first.etag]).toEqual([200, expect.stringMatching(/^"[0-9a-f]{32}"$/)]);
    for (const known of [first.etag, `"other", W/${first.etag}`, '*'])
      expect(await ask({ 'if-none-match': known })).toEqual({ status: 304, etag: first.etag, text: '' });
    expect(await ask({ 'if-none-match': '"other"' })).toEqual(first);
    expect((await ask({ 'if-none-match': first.etag }, { dom_top_signature: OTHER_STATE })).status).toBe(200);
    expect(await ask({ 'if-none-match': '*' }, { trace: true })).toMatchObject({ status: 200, etag: '' });
    await db().tx('admin', (tx) =>
      tx.query(`update hints set state = 'quarantined' where project_id = $1 and hint_data -> 'identity' is not null`, [
        t.projectId,
      ]),
    );
    const withdrawn = await ask({ 'if-none-match': first.etag });
    expect([withdrawn.status, withdrawn.etag === first.etag]).toEqual([200, false]);
    await db().tx('admin', (tx) => tx.query(`update hints set state = 'active' where project_id = $1`, [t.projectId]));
  });

  test('no candidates select no elements', async () => {
    expect(selectorsOf(await lookup({ candidate_elements: [] }))).toEqual([]);
  });

  test('serves only what is active and not superseded', async () => {
    const own = async (state: string) => {
      await db().tx('admin', (tx) =>
        tx.query(`update hints set state = $2 where project_id = $1 and hint_data ->> 'selector' is not null`, [
          t.projectId,
          state,
        ]),
      );
      return selectorsOf(await lookup({}));
    };
    expect(await own('quarantined')).toEqual([]);
    expect(await own('candidate')).toEqual([]);
    expect(await own('active')).toHaveLength(2);
  });

  test('tells its steps where asked, and takes a publishable key', async () => {
    const run_id = uuidv7();
    const { trace } = await lookup({ trace: true, run_id, top_k: 1, dom_top_signature: STATE }, t.publishable);
    const url_norm = 'https://shop.example/item/:id';
    const times = { ms: expect.any(Number) };
    expect(trace).toEqual([
      { ...times, step: 'normalise', detail: { url_norm } },
      {
        ...times,
        step: 'page',
        detail: { match: 'exact', page_key: url_norm, page_sig_id: expect.any(String), distance: null },
      },
      { ...times, step: 'hints', detail: { found: 2, candidates: null } },
      { ...times, step: 'holdout', detail: { withheld: 0 } },
      { ...times, step: 'top_k', detail: { left_out: 1 } },
    ]);
    const unmet = await lookup({ trace: true, url: 'https://shop.example/else' });
    expect(unmet.trace?.slice(1)).toEqual([
      {
        ...times,
        step: 'page',
        detail: { match: 'none', page_key: 'https://shop.example/else', page_sig_id: null, distance: null },
      },
      { ...times, step: 'domain', detail: { domain: 'shop.example', found: 0 } },
    ]);
    expect(await lookup({})).not.toHaveProperty('trace');
  });

  test('shows another project nothing', async () => {
    const other = await testApp(db());
    const { body } = await other.send('POST', '/hints/lookup', { url: 'https://shop.example/item/77' });
    expect(body).toEqual({
      page_match: 'none',
      page_similarity: null,
      bundle_version: null,
      page_hints: [],
      element_hints: [],
    });
  });

  test('asked many things at once, answers each its own', async () => {
    const { secret: others } = await createProject(db());
    const asked: [Fields, string, unknown[]][] = [
      [{ dom_top_signature: STATE }, t.secret, ['exact', '#buy', '#help']],
      [{ dom_top_signature: OTHER_STATE }, t.publishable, ['exact', '#help', '#buy']],
      [{ dom_top_signature: STATE }, others, ['none']],
      [{ title: 'Second' }, t.secret, ['url', '#help', '#buy']],
      [{ dom_simhash: '00000000000000c0', candidate_elements: [{ role: 'link' }] }, t.secret, ['near', '#help']],
      [{ candidate_elements: [{ selector_norm: `"'\\{,}` }] }, t.secret, ['url']],
    ];
    const many = Array.from({ length: 8 }, () => asked).flat();
    const answers = await Promise.all(
      many.map(async ([request, key]) => {
        const response = await lookup(request, key);
        return [response.page_match, ...selectorsOf(response)];
      }),
    );
    expect(answers).toEqual(many.map(([, , expected]) => expected));
  });

  test('a near state is found among any number of newer ones, whichever bits differ, also after its page got a template', async () => {
    const { projectId } = t;
    const page = (dom_simhash: string | null, ago: string, n: string | number) => (tx: Tx) =>
      tx.query<{ page_sig_id: string }>(
        `insert into page_signatures (project_id, url_norm, domain, dom_fingerprint_hash, dom_simhash, last_seen)
         select $1, 'https://many.example/' || $4, 'many.example', md5($3 || i), ('x' || coalesce($2, left(md5(i::text), 16)))::bit(64),
           now() - $3::interval
         from generate_series(1, $5::int) as i returning page_sig_id`,
        [projectId, dom_simhash, ago, n, dom_simhash ? 1 : 500],
      );
    const [old] = await db().tx({ projectId }, page('0f0f0f0f0f0f0f0f', '9 days', 'a'));
    await db().tx({ projectId }, page(null, '1 hour', 'a'));
    const asked = (bits: bigint, url: string) =>
      lookup({ url, dom_simhash: (0x0f0f0f0f0f0f0f0fn ^ bits).toString(16).padStart(16, '0') });
    const six = fc.uniqueArray(fc.nat(63), { minLength: 0, maxLength: 6 });
    const near = async (url: string) =>
      fc.assert(
        fc.asyncProperty(six, async (places) => {
          const found = await asked(
            places.reduce((bits, place) => bits | (1n << BigInt(place)), 0n),
            url,
          );
          expect(found.page_match).toBe('near');
        }),
        { numRuns: 25 },
      );
    await near('https://many.example/a');
    expect((await asked(0xffn, 'https://many.example/a')).page_match).toBe('url');

    // Not the trigger of the moment of writing alone: a page's key changes when a template is learned.
    await db().tx('admin', (tx) =>
      tx.query(
        `update page_signatures set page_key = 'https://many.example/:id' where project_id = $1 and domain = $2`,
        [projectId, 'many.example'],
      ),
    );
    await db().tx('admin', (tx) =>
      tx.query(
        `insert into url_templates (project_id, template, examples) values ($1, 'https://many.example/:id', 9)`,
        [projectId],
      ),
    );
    await near('https://many.example/b');
    const bands = await db().tx({ projectId }, (tx) =>
      tx.query(`select count(*)::int as ct from page_state_bands where page_sig_id = $1`, [old?.page_sig_id ?? '']),
    );
    expect(bands).toEqual([{ ct: 7 }]);
    await db().tx('admin', (tx) => tx.query(`delete from page_signatures where domain = 'many.example'`));
    expect(
      await db().tx('admin', (tx) =>
        tx.query('select from page_state_bands where page_sig_id = $1', [old?.page_sig_id ?? '']),
      ),
    ).toEqual([]);
  });

  test.each([
    [{ url: 'nowhere' }, 'invalid_value'],
    [{ url: 7 }, 'invalid_type'],
    [{ surprise: 1 }, 'unknown_field'],
    [{ dom_top_signature: 'XYZ' }, 'invalid_value'],
    [{ url: 'https://x.example/\0' }, 'invalid_text'],
    [{ candidate_elements: Array(51).fill({}) }, 'too_large'],
  ])('refuses %j with %s', async (request, code) => {
    const answer = await t.send('POST', '/hints/lookup', { url: 'https://shop.example/', ...request });
    expect([answer.status, answer.body.error.code]).toEqual([400, code]);
  });
});

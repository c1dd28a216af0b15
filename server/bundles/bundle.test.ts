import { beforeAll, expect, test } from 'vitest';
import { findInBundle } from '../../shared/hints/find_in_bundle.ts';
import { forRun } from '../../shared/hints/for_run.ts';
import { type Expected, openBundle } from '../../shared/hints/open_bundle.ts';
import { BUNDLE_LIFE_MS, type Bundle, bundle as bundleSchema, MAX_BUNDLE_BYTES } from '../../shared/protocol/bundle.ts';
import type { Hint } from '../../shared/protocol/schema.ts';
import { normaliseUrl } from '../../shared/signature/url.ts';
import { sha256Hex } from '../sha256.ts';
import { aggregateAll } from '../testing/aggregate.ts';
import { describeDatabases } from '../testing/databases.ts';
import { aCall, anElement, aPage, type Fields } from '../testing/items.ts';
import { createProject, NOW, type TestApp, testApp } from '../testing/test_app.ts';

const SEARCH = { selector_norm: '#search', role: 'searchbox', attr_fingerprint_hash: '00000000000000c1' };
const MENU = { selector_norm: '#menu', attr_fingerprint_hash: '00000000000000c4' };
const CART = { selector_norm: '#cart', attr_fingerprint_hash: '00000000000000c5' };
const BUY = { selector_norm: '#buy', attr_fingerprint_hash: '00000000000000c2' };
const HELP = { selector_norm: '#help', attr_fingerprint_hash: '00000000000000c3' };
const WAIT = { signal: 'dom_quiet', timeout_ms: 500, p50_ms: 1, p95_ms: 1, p99_ms: 1, samples: 1 };
const OTHER = { dom_fingerprint_hash: '00000000000000ab', dom_simhash: 'ffffffffffffffff' };

describeDatabases('bundles', (db) => {
  let t: TestApp;
  let now = NOW;
  let bundleKey: string;
  beforeAll(async () => {
    t = await testApp(db(), { now: () => now, canaryPercent: 30, holdoutPercent: 40 });
    bundleKey = (await t.send('GET', '/v1/project')).body.bundle_key;
    const use = (path: string, element: Fields, page: Fields = {}) =>
      aCall({ success: true, page_signature: aPage(path, page), element_signatures: [anElement(element)] });
    const items = [
      ...['a', 'b', 'c'].flatMap((path) => [use(path, SEARCH), ...[MENU, MENU, CART].map((each) => use(path, each))]),
      ...Array.from({ length: 4 }, () => use('item/:id', BUY)),
      use('item/:id', HELP, OTHER),
      use('titled', BUY, { dom_fingerprint_hash: '00000000000000ad', title_hash: '00000000000000d1' }),
      use('titled', HELP, { dom_fingerprint_hash: '00000000000000ae', title_hash: '00000000000000d2' }),
    ];
    expect((await t.send('POST', '/v1/ingest', { items })).body.accepted).toBe(items.length);
    await aggregateAll(t, db());
    // One of the page as a whole.
    await db().tx('admin', (tx) =>
      tx.query(
        `insert into hints (project_id, page_sig_id, url_norm, hint_type, hint_data, confidence, state, evidence)
         select project_id, page_sig_id, url_norm, 'wait_condition', $2::jsonb, 0.01, 'active', evidence
         from hints where project_id = $1 and url_norm = 'https://shop.example/item/:id' and hint_type = 'best_selector' limit 1`,
        [t.projectId, JSON.stringify(WAIT)],
      ),
    );
  });

  const ask = async (etag?: string, domain = 'shop.example', key = t.publishable) => {
    const response = await t.app.request(`/v1/hints/bundle?domain=${domain}`, {
      headers: { authorization: `Bearer ${key}`, ...(etag ? { 'if-none-match': etag } : {}) },
    });
    const text = await response.text();
    return {
      status: response.status,
      etag: response.headers.get('etag') ?? '',
      body: text ? JSON.parse(text) : undefined,
    };
  };
  const expected = (changes: Partial<Expected> = {}): Expected => ({
    projectId: t.projectId,
    domain: 'shop.example',
    bundleKey,
    before: undefined,
    now,
    ...changes,
  });
  const opened = async (): Promise<Bundle> => {
    const result = await openBundle((await ask()).body, expected());
    if (!result.ok) throw new Error(result.refused);
    expect(bundleSchema.safeParse(result.bundle).error).toBeUndefined();
    return result.bundle;
  };
  const lookup = async (request: Fields) => (await t.send('POST', '/hints/lookup', request)).body;
  const controlOf = ({ hint_type, element, domain }: Hint) => [hint_type, element?.selector_norm, domain];

  test('tell offline what a lookup tells, by each step of the chain, to each run the same', async () => {
    const bundle = await opened();
    expect([bundle.complete, bundle.version]).toEqual([
      true,
      (await lookup({ url: 'https://shop.example/a' })).bundle_version,
    ]);
    const pages: Fields[] = [
      { url: 'https://shop.example/item/7?x=1', dom_fingerprint_hash: '00000000000000aa' },
      { url: 'https://shop.example/item/8', dom_fingerprint_hash: '00000000000000ab' },
      { url: 'https://shop.example/item/9', dom_fingerprint_hash: '00000000000000ee', dom_simhash: '00000000000000c0' },
      { url: 'https://shop.example/item/9', dom_fingerprint_hash: '00000000000000ee', dom_simhash: '00000000000001c0' },
      { url: 'https://shop.example/item/9', dom_fingerprint_hash: '00000000000000ee', dom_simhash: 'fffffffffffffff8' },
      { url: 'https://shop.example/titled', title_hash: '00000000000000d1' },
      { url: 'https://shop.example/titled', title_hash: '00000000000000d2' },
      { url: 'https://shop.example/a' },
      { url: 'https://shop.example/never' },
    ];
    const runs = Array.from({ length: 12 }, (_, n) => `018f0000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`);
    const matches = new Set<string>();
    let withheld = 0;
    const first = (await lookup({ url: 'https://shop.example/item/7', top_k: 1 })).page_hints;
    expect(first.map(controlOf)).toEqual([['wait_condition', undefined, undefined]]);
    for (const { url, ...page } of pages) {
      const { dom_fingerprint_hash, ...rest } = page;
      const found = findInBundle(bundle, { url_norm: normaliseUrl(String(url))!.url_norm, ...page });
      matches.add(found.page_match);
      for (const run_id of [undefined, ...runs]) {
        const answer = await lookup({ url, ...rest, dom_top_signature: dom_fingerprint_hash, run_id });
        const shares = { canaryPercent: bundle.canary_percent, holdoutPercent: bundle.holdout_percent };
        const local = forRun(found.hints, run_id, shares, sha256Hex);
        withheld += local.withheld.length;
        expect([found.page_match, found.page_similarity], JSON.stringify(page)).toEqual([
          answer.page_match,
          answer.page_similarity,
        ]);
        expect(local.told.map(controlOf)).toEqual([...answer.page_hints, ...answer.element_hints].map(controlOf));
      }
    }
    expect([...matches].sort()).toEqual(['domain', 'exact', 'near', 'url']);
    expect(withheld).toBeGreaterThan(0);
  });

  test('are the same bytes until something else is served, and 304 to who has them', async () => {
    const first = await ask();
    now += 3_600_000;
    expect(await ask()).toEqual(first);
    expect(await ask(first.etag)).toEqual({ status: 304, etag: first.etag, body: undefined });
    const before = await opened();
    const { hints: listed } = (await t.send('GET', '/v1/hints?url_norm=https://shop.example/item/:id')).body;
    const hint = listed.find((each: Hint) => each.hint_type === 'best_selector');
    for (const [decision, served] of [
      ['veto', false],
      ['auto', true],
      ['rollback', false],
      ['auto', true],
    ] as const) {
      await t.send('POST', `/v1/hints/${hint.hint_id}/decision`, { decision });
      const next = await ask(first.etag);
      expect(next.status, decision).toBe(200);
      const bundle = await opened();
      expect(bundle.version).toBeGreaterThan(before.version);
      const hints = bundle.pages.flatMap((page) => page.hints.map((each) => each.hint.hint_id));
      expect(hints.includes(hint.hint_id), decision).toBe(served);
    }
    // Nothing of what was withdrawn is kept.
    const { version } = await opened();
    now += 24 * 3_600_000;
    const remade = await opened();
    expect([remade.version, remade.made_at, remade.expires_at]).toEqual([version, now, now + BUNDLE_LIFE_MS]);
    expect((await ask(first.etag)).status).toBe(200);
  });

  test('that are not the project’s own, or of before, are refused', async () => {
    const { body } = await ask();
    const bundle = await opened();
    const why = async (signed: Fields, changes: Partial<Expected> = {}) => {
      const result = await openBundle({ ...body, ...signed }, expected(changes));
      return result.ok ? 'taken' : result.refused;
    };
    expect(await why({})).toBe('taken');
    expect(await why({ payload: body.payload.replace('#buy', '#pay') })).toBe('bad_signature');
    expect(await why({ signature: body.signature.replace(/^./, (c: string) => (c === 'A' ? 'B' : 'A')) })).toBe(
      'bad_signature',
    );
    for (const signature of ['', 'no base64 %', 'AAAA']) expect(await why({ signature })).toBe('bad_signature');
    const other = await createProject(db());
    const otherKey = (await t.send('GET', '/v1/project', undefined, other.publishable)).body.bundle_key;
    expect(otherKey).not.toBe(bundleKey);
    expect(await why({}, { bundleKey: otherKey })).toBe('bad_signature');
    expect(await why({}, { bundleKey: 'MFkw' })).toBe('bad_signature');
    expect(await why({}, { projectId: other.projectId })).toBe('other_project');
    expect(await why({}, { domain: 'bank.example' })).toBe('other_domain');
    expect(await why({}, { now: bundle.expires_at })).toBe('expired');
    const { version, made_at } = bundle;
    expect(await why({}, { before: { version: version + 1, made_at: made_at + 1 } })).toBe('replayed');
    // A database that was restored counts from before on.
    expect(await why({}, { before: { version: version + 1, made_at: made_at - 1 } })).toBe('taken');
  });

  test('are of one project, and of domains that something was served for', async () => {
    const other = await createProject(db());
    expect((await ask(undefined, 'shop.example', other.publishable)).status).toBe(404);
    expect((await ask(undefined, 'nobody.example')).status).toBe(404);
    expect((await ask(undefined, 'shop.example/a')).status).toBe(400);
    expect((await t.send('GET', '/v1/hints/bundle?domain=shop.example', undefined, null)).status).toBe(401);
  });

  test('hold the most used hints, as many as they may', async () => {
    await db().tx('admin', (tx) =>
      tx.query(
        `insert into hints (project_id, page_sig_id, elem_sig_id, url_norm, hint_type, hint_data, confidence, version, state, evidence)
         select h.project_id, h.page_sig_id, h.elem_sig_id, 'https://many.example/' || n, h.hint_type,
           h.hint_data || jsonb_build_object('tools', array_fill(repeat('x', 100), array[30])), 0.5, 100 + n, 'active',
           jsonb_set(h.evidence, '{success_ct}', to_jsonb(n))
         from (select * from hints where project_id = $1 and hint_type = 'best_selector' limit 1) h
         cross join generate_series(1, 600) n`,
        [t.projectId],
      ),
    );
    const { body } = await ask(undefined, 'many.example');
    expect(new TextEncoder().encode(body.payload).byteLength).toBeLessThanOrEqual(MAX_BUNDLE_BYTES);
    const result = await openBundle(body, expected({ domain: 'many.example' }));
    const told = result.ok ? result.bundle.pages.map(({ key }) => Number(key.split('/').at(-1))) : [];
    expect([result.ok && result.bundle.complete, told.length > 50, told[0]]).toEqual([false, true, 600]);
    expect(told).toEqual(told.toSorted((a, b) => b - a));
  });

  test('made by servers at once are signed with one key', async () => {
    const { projectId, publishable } = await createProject(db());
    const apps = await Promise.all([1, 2, 3].map(() => testApp(db())));
    const keys = await Promise.all(apps.map((app) => app.send('GET', '/v1/project', undefined, publishable)));
    expect(new Set(keys.map(({ body }) => body.bundle_key)).size).toBe(1);
    const stored = () =>
      db().tx('admin', (tx) => tx.query('select from signing_keys where project_id = $1', [projectId]));
    expect(await stored()).toHaveLength(1);
  });
});

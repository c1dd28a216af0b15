import { v7 as uuidv7 } from 'uuid';
import { beforeAll, expect, test } from 'vitest';
import { migrate } from '../db/migrate.ts';
import { eraseRows } from '../erase/erase_rows.ts';
import { aggregateAll } from '../testing/aggregate.ts';
import { describeDatabases } from '../testing/databases.ts';
import { aCall, anElement, aPage, type Fields } from '../testing/items.ts';
import { type TestApp, testApp } from '../testing/test_app.ts';

const SEARCH = { selector_norm: '#search', role: 'searchbox', attr_fingerprint_hash: '00000000000000c1' };
const MENU = { selector_norm: '#menu', attr_fingerprint_hash: '00000000000000c2' };
const UNMET = 'https://shop.example/never/met';

describeDatabases('controls of a domain', (db) => {
  let t: TestApp;
  const use = (path: string, element: Fields, domain = 'shop.example') =>
    aCall({
      success: true,
      page_signature: aPage(path, { url_norm: `https://${domain}/${path}`, domain }),
      element_signatures: [anElement(element)],
    });
  const record = async (app: TestApp, ...items: Fields[]) => {
    expect((await app.send('POST', '/v1/ingest', { items })).body.accepted).toBe(items.length);
    await aggregateAll(app, db());
  };
  const lookup = async (request: Fields = {}, app = t) =>
    (await app.send('POST', '/hints/lookup', { url: UNMET, ...request })).body;
  // biome-ignore lint/suspicious/noExplicitAny: answers of any shape.
  const told = (body: any): unknown[] =>
    body.element_hints.map((hint: { element: Fields; domain?: unknown }) => [hint.element.selector_norm, hint.domain]);
  const hintOn = async (path: string): Promise<string> => {
    const { hints } = (await t.send('GET', `/v1/hints?url_norm=https://shop.example/${path}`)).body;
    return hints[0].hint_id;
  };
  const decide = (id: string, decision: string) => t.send('POST', `/v1/hints/${id}/decision`, { decision });

  beforeAll(async () => {
    t = await testApp(db());
    await record(
      t,
      ...['a', 'b', 'c', 'd'].map((path) => use(path, SEARCH)),
      ...['a', 'b'].map((path) => use(path, MENU)),
      ...['a', 'b', 'c'].map((path) => use(path, MENU, 'other.example')),
    );
  });

  test('are offered on a page that nobody met, if they were right on three', async () => {
    const body = await lookup();
    expect([body.page_match, body.page_similarity, told(body)]).toEqual(['domain', null, [['#search', { pages: 4 }]]]);
    expect(body.element_hints[0].page.url_norm).toMatch(/^https:\/\/shop\.example\/[abcd]$/);
    expect(told(await lookup({ url: 'https://sub.shop.example/never' }))).toEqual([]);
    expect(told(await lookup({ url: 'https://other.example/never' }))).toEqual([['#menu', { pages: 3 }]]);
    expect(told(await lookup({ candidate_elements: [{ role: 'link' }] }))).toEqual([]);
    expect(told(await lookup({ candidate_elements: [{ role: 'searchbox' }] }))).toHaveLength(1);
    const { trace } = await lookup({ trace: true });
    expect(trace.at(-1)).toMatchObject({ step: 'domain', detail: { domain: 'shop.example', found: 1 } });
  });

  test('are offered on a page that was met, but not learned of, and not where it has hints of its own', async () => {
    await record(t, aCall({ success: true, page_signature: aPage('opened') }));
    const opened = await lookup({ url: 'https://shop.example/opened', dom_top_signature: '00000000000000aa' });
    expect([opened.page_match, opened.page_similarity, told(opened)]).toEqual([
      'domain',
      1,
      [['#search', { pages: 4 }]],
    ]);
    const known = await lookup({ url: 'https://shop.example/a', trace: true });
    expect([known.page_match, told(known).length]).toEqual(['url', 2]);
    expect(known.element_hints[0]).not.toHaveProperty('domain');
    expect(known.trace.map((each: { step: string }) => each.step)).not.toContain('domain');
  });

  test('are asked for together with pages that are known, each answered its own', async () => {
    const asked = ['a', 'never', 'b', 'never', 'a'];
    const answers = await Promise.all(asked.map((path) => lookup({ url: `https://shop.example/${path}` })));
    expect(answers.map(({ page_match }) => page_match)).toEqual(['url', 'domain', 'url', 'domain', 'url']);
  });

  test('are nothing to another project', async () => {
    expect((await lookup({}, await testApp(db()))).page_match).toBe('none');
  });

  test('are withdrawn where they fail on as many pages, and by a veto on any, until it is taken back', async () => {
    const [c, d] = [await hintOn('c'), await hintOn('d')];
    const onFour = [['#search', { pages: 4 }]];
    for (const decision of ['veto', 'rollback']) {
      await decide(c, decision);
      // Rolled back, it is right on three and wrong on one.
      expect(told(await lookup()), decision).toEqual([]);
      await decide(c, 'auto');
      expect(told(await lookup())).toEqual(onFour);
    }
    await decide(d, 'pin');
    expect(told(await lookup())).toEqual(onFour);
    await decide(d, 'auto');
  });

  test('reports from other pages count only where it was the wrong control', async () => {
    const [hint] = (await lookup()).element_hints;
    const votes = async () => {
      const rows = await db().tx('admin', (tx) =>
        tx.query<{ found: number; missed: number }>(
          `select coalesce(sum(found_ct), 0)::int as found, coalesce(sum(missed_ct), 0)::int as missed from hint_votes
           where project_id = $1 and hint_id = $2`,
          [t.projectId, hint.hint_id],
        ),
      );
      return rows[0];
    };
    const report = (data: Fields) => ({
      kind: 'event',
      name: 'hint.outcome',
      event_uuid: uuidv7(),
      occurred_at: '2026-06-15T11:00:00.000Z',
      context: { run_id: uuidv7() },
      data: { hint_id: hint.hint_id, version: hint.version, scope: 'domain', ...data },
    });
    const changed_to = { selector_norm: '#other', attr_fingerprint_hash: '00000000000000dd' };
    await record(
      t,
      report({ outcome: 'not_found' }),
      report({ outcome: 'found', selector: hint.data.selector, confidence: 0.99, changed_to }),
    );
    expect(await votes()).toEqual({ found: 0, missed: 0 });
    const joins = await db().tx('admin', (tx) =>
      tx.query('select from element_joins where project_id = $1', [t.projectId]),
    );
    expect(joins).toEqual([]);
    await record(t, report({ outcome: 'wrong' }));
    expect(await votes()).toEqual({ found: 0, missed: 1 });
  });

  test('of an earlier version of the schema are found when it is migrated', async () => {
    const before = await lookup();
    await db().tx('admin', async (tx) => {
      for (const table of ['domain_controls', 'domain_hints', 'hint_bundles'])
        await tx.query(`delete from ${table} where project_id = $1`, [t.projectId]);
      await tx.query(`delete from laskobot_migrations where name = '015_bundles'`);
    });
    expect((await lookup()).page_match).toBe('none');
    await migrate(db());
    expect(told(await lookup())).toEqual(told(before));
  });

  test('go with their domain', async () => {
    const rows = (table: string) =>
      db().tx('admin', (tx) =>
        tx.query(`select from ${table} where project_id = $1 and domain = 'shop.example'`, [t.projectId]),
      );
    expect((await rows('domain_controls')).length).toBeGreaterThan(0);
    await db().tx('admin', (tx) => eraseRows(tx, t.projectId, { kind: 'domain', domain: 'shop.example' }));
    for (const table of ['domain_controls', 'domain_hints', 'hint_bundles'])
      expect(await rows(table), table).toEqual([]);
    expect((await lookup()).page_match).toBe('none');
    expect((await lookup({ url: 'https://other.example/never' })).page_match).toBe('domain');
  });
});

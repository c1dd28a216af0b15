import { v7 as uuidv7 } from 'uuid';
import { beforeAll, describe, expect, test } from 'vitest';
import { insertKey } from '../auth/manage_keys.ts';
import type { HintCache } from '../cache/hint_cache.ts';
import { createMemoryCache } from '../cache/memory.ts';
import { eraseDomain } from '../erase/erase_domain.ts';
import { aggregateAll } from '../testing/aggregate.ts';
import { describeDatabases } from '../testing/databases.ts';
import { aCall, anElement, aPage, type Fields } from '../testing/items.ts';
import { AT_ONCE, NOW, type TestApp, testApp } from '../testing/test_app.ts';
import { listLineage, undoJoin, undoTemplate } from './undo.ts';

const PEOPLE = 'ana ben cleo dan eva finn gus hana ivo jo kim lea max nora'.split(' ');

describeDatabases('lineage', (db) => {
  let t: TestApp;
  let cache: HintCache;
  const undoing = () => ({
    db: db(),
    cache,
    releasing: { policy: AT_ONCE, now: new Date(NOW) },
  });
  beforeAll(async () => {
    cache = createMemoryCache({ ttlMs: 60_000, maxEntries: 100, clock: () => 0 });
    t = await testApp(db(), { cache });
  });
  const run = async (job: string) => {
    const { body } = await t.send('POST', `/internal/jobs/${job}`);
    expect(body).toMatchObject({ outcome: 'succeeded' });
    return body.detail;
  };
  let unread = 0;
  /** Transactions of other suites may keep the job's bound back for a moment. */
  const aggregate = async () => {
    while (unread > 0) {
      const { tool_calls, events } = await run('aggregate');
      unread -= tool_calls + events;
    }
  };
  const ingest = async (...items: unknown[]) => {
    const { body } = await t.send('POST', '/v1/ingest', { items });
    expect(body.rejected).toBe(0);
    unread += items.length;
  };
  const click = (path: string, element: Fields = {}, page: Fields = {}) =>
    aCall({ success: true, page_signature: aPage(path, page), element_signatures: [anElement(element)] });
  const lookup = async (path: string) =>
    (
      await t.send('POST', '/hints/lookup', {
        url: `https://shop.example/${path}`,
        dom_top_signature: '00000000000000aa',
      })
    ).body;
  const successesOf = async (path: string): Promise<number[]> =>
    (await lookup(path)).element_hints.map((hint: { evidence: { success_ct: number } }) => hint.evidence.success_ct);

  test('addresses that vary at one place are one page once that is learned, also such as nobody met', async () => {
    await ingest(...PEOPLE.map((name) => click(`people/${name}`)));
    await aggregate();
    expect(await successesOf('people/ana')).toEqual([1]);
    expect((await lookup('people/zoe')).page_match).toBe('domain');

    expect(await run('templates')).toMatchObject({ templates: 1, pages: PEOPLE.length });
    expect(await successesOf('people/ana')).toEqual([PEOPLE.length]);
    const unmet = await lookup('people/zoe');
    expect(unmet.page_match).toBe('exact');
    expect(unmet.element_hints).toMatchObject([
      { page: { url_norm: 'https://shop.example/people/:id' }, evidence: { success_ct: PEOPLE.length } },
    ]);
    expect(await run('templates')).toMatchObject({ sites: 0, templates: 0, pages: 0 });

    // What is recorded from now on adds up at once.
    await ingest(click('people/zoe'));
    await aggregate();
    expect(await successesOf('people/ana')).toEqual([PEOPLE.length + 1]);
  });

  test('a template that is undone stays undone, and every address has its own evidence again', async () => {
    const template = 'https://shop.example/people/:id';
    expect(await undoTemplate(undoing(), t.projectId, template)).toBe(true);
    expect(await undoTemplate(undoing(), t.projectId, template)).toBe(false);
    expect(await successesOf('people/ben')).toEqual([1]);
    expect((await lookup('people/yan')).page_match).toBe('domain');
    await ingest(click('people/yan'));
    expect(await run('templates')).toMatchObject({ templates: 0, pages: 0 });
    await aggregate();
    expect(await successesOf('people/yan')).toEqual([1]);
  });

  const OLD = { selector_norm: '#send', attr_fingerprint_hash: '00000000000000d1' };
  const NEW = { selector_norm: '#submit', attr_fingerprint_hash: '00000000000000d2' };
  const found = (hint_id: string, changes: Fields = {}) => ({
    kind: 'event',
    event_uuid: uuidv7(),
    name: 'hint.outcome',
    occurred_at: '2026-06-15T11:30:00.000Z',
    context: {},
    data: { hint_id, outcome: 'found', selector: '', confidence: 0.97, changed_to: NEW, ...changes },
  });

  test('a control that was found in another form is one with it: evidence adds up, one hint is served', async () => {
    await ingest(click('form', OLD));
    await aggregate();
    const [{ hint_id }] = (await lookup('form')).element_hints;
    await ingest(
      // Not sure enough, no form, of nothing that is known.
      found(hint_id, { confidence: 0.6, changed_to: { ...NEW, selector_norm: '#unsure' } }),
      found(hint_id, { changed_to: { ...NEW, attr_fingerprint_hash: 'x' } }),
      found(hint_id, { changed_to: 'x' }),
      found(hint_id, { confidence: 'x' }),
      found('999999', {}),
    );
    await ingest(click('form', NEW), click('form', NEW));
    await aggregate();
    expect((await successesOf('form')).sort()).toEqual([1, 2]);

    await ingest(found(hint_id));
    await aggregate();
    expect(await successesOf('form')).toEqual([3]);
    expect((await listLineage(db(), t.projectId, 10)).filter(({ kind }) => kind === 'control')).toMatchObject([
      { page: 'https://shop.example/form', what: '#send -> #submit', undone: false },
    ]);
  });

  test('a join that is undone parts them, whatever is told later', async () => {
    const [join] = (await listLineage(db(), t.projectId, 10)).filter(({ kind }) => kind === 'control');
    expect(await undoJoin(undoing(), t.projectId, join!.id)).toBe(true);
    expect((await successesOf('form')).sort()).toEqual([1, 2]);
    const [{ hint_id }] = (await lookup('form')).element_hints.filter(
      (hint: { element: { selector_norm: string } }) => hint.element.selector_norm === '#send',
    );
    await ingest(found(hint_id), click('form', NEW));
    await aggregate();
    expect((await successesOf('form')).sort()).toEqual([1, 3]);
  });

  describe('where several could tell', () => {
    /** A project of its own with a hint that instances of two keys made. */
    async function begin() {
      const own = await testApp(db());
      const other = await db().tx('admin', (tx) => insertKey(tx, own.projectId, 'publishable', 'test'));
      const send = async (key: string, ...items: unknown[]) => {
        expect((await own.send('POST', '/v1/ingest', { items }, key)).body.rejected).toBe(0);
        await aggregateAll(own, db());
      };
      const by = (instance_id: string) => ({ context: { run_id: uuidv7(), instance_id } });
      const used = (instance: string) => ({ ...click('form', OLD), ...by(instance) });
      await send(own.publishable, used('a'), used('b'), { ...click('form', NEW), ...by('a') });
      await send(other, used('c'));
      const hints = async () =>
        (await own.send('POST', '/hints/lookup', { url: 'https://shop.example/form' })).body.element_hints;
      const [{ hint_id }] = (await hints()).filter(
        (hint: { element: { selector_norm: string } }) => hint.element.selector_norm === '#send',
      );
      const tell = (key: string, instance: string) => send(key, { ...found(hint_id), ...by(instance) });
      const held = async () => (await listLineage(db(), own.projectId, 10)).map((row) => row.held);
      return { own, other, tell, held, served: async () => (await hints()).length };
    }

    test('no instance joins two forms alone, nor any number of them by one key; others who tell the same do', async () => {
      const { own, other, tell, held, served } = await begin();
      expect(await served()).toBe(2);
      await tell(own.publishable, 'a');
      await tell(own.publishable, 'a');
      expect(await held()).toEqual([false]);
      for (const instance of ['b', 'sybil-1', 'sybil-2']) await tell(own.publishable, instance);
      expect(await held()).toEqual([false]);
      expect(await served()).toBe(2);
      await tell(other, 'c');
      expect(await held()).toEqual([true]);
      expect(await served()).toBe(1);
    });

    test('an instance with two keys is one', async () => {
      const { own, other, tell, held } = await begin();
      await tell(own.publishable, 'a');
      await tell(other, 'a');
      expect(await held()).toEqual([false]);
    });
  });

  test('another project has none of it', async () => {
    const other = await testApp(db());
    expect(await listLineage(db(), other.projectId, 10)).toEqual([]);
    expect(await undoTemplate(undoing(), other.projectId, 'https://shop.example/people/:id')).toBe(false);
    expect((await listLineage(db(), t.projectId, 10)).length).toBeGreaterThan(0);
  });

  test('is erased with its domain', async () => {
    const { rows } = await db().tx('admin', (tx) => eraseDomain(tx, t.projectId, 'shop.example'));
    expect(rows).toMatchObject({ url_templates: 1, element_joins: 1 });
    expect(await listLineage(db(), t.projectId, 10)).toEqual([]);
  });
});

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContext, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DeadLetter, OutboxCounts, OutboxEntry } from '../../shared/client/outbox.ts';
import { bundle, chromiumPath, startChromium } from '../../shared/testing/chromium.ts';

/** What pages hold beside the bundle: one outbox, and ways to fill it. */
const SETUP = `
  globalThis.clock = Date.now();
  const { openDatabase, createOutboxStore } = outboxApi;
  globalThis.begin = async () => {
    globalThis.db = await openDatabase();
    globalThis.store = createOutboxStore(db, () => clock);
    if (!(await db.get('run', 'run')))
      await db.put('run', { run_id: 'r', session_id: 's', instance_id: 'i', started_at: '', next_seq: 0, last_event_at: '' }, 'run');
  };
  globalThis.call = (uuid, { text = '', awaits = [], priority = 1, hold = 60000 } = {}) =>
    store.enqueue(
      (run, seq) => ({ kind: 'tool_call', context: { run_id: run.run_id }, tool_name: 't', seq: seq(), event_uuid: uuid,
        started_at: '2026-01-01T00:00:00Z', input_json: text }),
      { uuid, priority, awaits, hold_until: clock + hold, at: '' });
  globalThis.lease = (maxItems = 100, ms = 1000) =>
    store.lease({ now: clock, maxItems, maxBytes: 1e9, until: clock + ms });
  globalThis.image = (id, size = 10) =>
    store.artifactMade(id, { ext: 'png', content_hash: 'h'.repeat(64), bytes: new ArrayBuffer(size) });
`;

describe.skipIf(!chromiumPath())('the outbox in IndexedDB', () => {
  let browser: Browser | undefined;
  let context: BrowserContext;
  let page: Page;
  let server: Server;
  let script: string;

  beforeAll(async () => {
    script = await bundle('extension/testing/outbox_api.ts', 'outboxApi');
    browser = await startChromium();
    server = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html');
      response.end('<!doctype html><title>Outbox</title>');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  const origin = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  async function open(): Promise<Page> {
    const opened = await context.newPage();
    await opened.goto(origin());
    await opened.addScriptTag({ content: `${script};${SETUP}` });
    await opened.evaluate('begin()');
    return opened;
  }
  beforeEach(async () => {
    context = await browser!.newContext();
    page = await open();
  });
  afterEach(() => context.close());

  /** A fresh outbox that may take so many bytes; answers how to change that. */
  async function withQuota(bytes: number): Promise<(quotaSize?: number) => Promise<unknown>> {
    // Chromium remembers for 30 s how much a database may still take: the quota must stand before the first write.
    await context.close();
    context = await browser!.newContext();
    const blank = await context.newPage();
    await blank.goto(origin());
    const cdp = await context.newCDPSession(blank);
    const quota = (quotaSize?: number) =>
      cdp.send('Storage.overrideQuotaForOrigin', {
        origin: origin(),
        ...(quotaSize === undefined ? {} : { quotaSize }),
      });
    await quota(bytes);
    page = await open();
    return quota;
  }

  const run = <T>(expression: string): Promise<T> => page.evaluate<T>(`(async () => ${expression})()`);
  async function counts(): Promise<OutboxCounts> {
    const told = await run<OutboxCounts>('store.counts()');
    expect(told.enqueued).toBe(told.delivered + told.queued + told.dead + told.dropped);
    return told;
  }
  const leased = async (): Promise<string[]> => (await run<OutboxEntry[]>('lease()')).map(({ uuid }) => uuid);

  it('counts each item in one place, whatever happens to it', async () => {
    await run(`{ for (const uuid of ['a', 'b', 'c', 'd']) await call(uuid); }`);
    expect(await run('call("a")')).toBe('duplicate');
    expect(await counts()).toMatchObject({ enqueued: 4, queued: 4 });
    await run(
      `{ await lease(); await store.settle({ delivered: ['c', 'c', 'unknown'], dead: [{ uuid: 'a', code: 'x', reason: 'r' }] }, clock); }`,
    );
    expect(await counts()).toMatchObject({ delivered: 1, dead: 1, queued: 2, dead_reasons: { x: 1 } });
    expect(await leased()).toEqual(['b', 'd']);
  });

  it('knows an item that is told again while it is a dead letter, and retries one or all', async () => {
    await run(`{ for (const uuid of ['a', 'b', 'c']) await call(uuid, { priority: 2 }); }`);
    await run(
      `{ await lease(); await store.settle({ delivered: [], dead: ['a', 'b', 'c'].map((uuid) => ({ uuid, code: 'x', reason: '' })) }, clock); }`,
    );
    expect(await run('call("a")')).toBe('duplicate');
    expect(await run('store.retryDeadLetters(["b"])')).toBe(1);
    expect(await counts()).toMatchObject({ dead: 2, queued: 1 });
    expect(await run('store.retryDeadLetters()')).toBe(2);
    expect(await counts()).toMatchObject({ dead: 0, queued: 3 });
    expect((await run<OutboxEntry[]>('lease()')).map(({ uuid, priority }) => [uuid, priority])).toEqual([
      ['b', 2],
      ['a', 2],
      ['c', 2],
    ]);
  });

  it('keeps the newest dead letters and counts those that went', async () => {
    await run(`{
      for (let n = 0; n < 510; n += 1) await call('u' + n);
      await lease(1000);
      await store.settle({ delivered: [], dead: Array.from({ length: 510 }, (_, n) => ({ uuid: 'u' + n, code: 'x', reason: '' })) }, clock);
    }`);
    expect(await counts()).toMatchObject({ dead: 500, dropped: 10, drop_reasons: { dead_letters_full: 10 } });
  });

  it('keeps no more bytes of dead letters than it may, the newest of them', async () => {
    for (const uuid of ['a', 'b', 'c', 'd'])
      await run(`{
        await call('${uuid}', { text: 'x'.repeat(4e6) });
        await store.settle({ delivered: [], dead: [{ uuid: '${uuid}', code: 'x', reason: '' }] }, clock++);
      }`);
    expect((await run<DeadLetter[]>('store.deadLetters()')).map(({ uuid }) => uuid)).toEqual(['c', 'd']);
    expect(await counts()).toMatchObject({ dead: 2, dropped: 2, drop_reasons: { dead_letters_full: 2 } });
  });

  it('evicts by priority, oldest first, but never what is being sent', async () => {
    const large = (uuid: string, priority: number) =>
      `await call('${uuid}', { text: 'x'.repeat(3e6), priority });`.replace('priority }', `priority: ${priority} }`);
    await run(`{ ${large('call', 1)} ${large('sent', 2)} ${large('event', 2)} }`);
    await run(`{ const all = await lease(2); if (all[1].uuid !== 'sent') throw new Error(); }`);
    expect(await run(`{ ${large('newer', 1)} }`)).toBeUndefined();
    expect(await counts()).toMatchObject({ queued: 3, dropped: 1, drop_reasons: { queue_full: 1 } });
    await run('clock += 2000');
    expect(await leased()).toEqual(['call', 'sent', 'newer']);
    expect(await run(`call('less', { text: 'x'.repeat(9e6), priority: 2 })`)).toBe('dropped');
    expect(await counts()).toMatchObject({ queued: 3, dropped: 2 });
  });

  it('holds 5,000 items, for one more the oldest goes, and none that matters less comes in', async () => {
    await run(`{ await Promise.all(Array.from({ length: 5000 }, (_, n) => call('u' + n))); }`);
    expect(await counts()).toMatchObject({ queued: 5000, dropped: 0 });
    expect(await run(`call('more')`)).toBe('queued');
    expect(await run(`call('less', { priority: 2 })`)).toBe('dropped');
    expect(await counts()).toMatchObject({ queued: 5000, dropped: 2, drop_reasons: { queue_full: 2 } });
    expect(await run(`lease(1).then(([first]) => first.uuid)`)).toBe('u1');
  });

  it('names an artifact in its call, in the queue, as a dead letter, or told again', async () => {
    await run(`{ for (const uuid of ['waits', 'dead', 'sent']) await call(uuid, { awaits: ['dom'] }); }`);
    expect(await leased()).toEqual([]);
    await run(`{ await image('waits:dom'); await store.artifactStored('waits:dom', 'dom/p'); }`);
    expect((await run<OutboxEntry[]>('lease()')).map(({ item }) => item)).toMatchObject([
      { event_uuid: 'waits', artifacts: [{ type: 'dom', storage_path: 'dom/p', size: 10 }] },
    ]);
    await run(`{ await store.settle({ delivered: ['waits'], dead: [] }, clock); clock += 61000; }`);
    // The hold is over: both are on their way.
    expect(await leased()).toEqual(['dead', 'sent']);
    await run(`{ await image('sent:dom'); await store.artifactStored('sent:dom', 'dom/late'); }`);
    await run(
      `{ await store.settle({ delivered: ['sent'], dead: [{ uuid: 'dead', code: 'x', reason: '' }] }, clock); }`,
    );
    await run(`{ await image('dead:dom'); await store.artifactStored('dead:dom', 'dom/dead'); }`);
    const [again] = await run<OutboxEntry[]>('lease()');
    expect(again?.item).toEqual({
      kind: 'tool_call',
      context: { run_id: 'r' },
      tool_name: 't',
      seq: 2,
      event_uuid: 'sent',
      started_at: '2026-01-01T00:00:00Z',
      artifacts: [{ type: 'dom', content_hash: 'h'.repeat(64), storage_path: 'dom/late', size: 10 }],
    });
    expect((await run<DeadLetter[]>('store.deadLetters()'))[0]?.item).toMatchObject({
      artifacts: [{ storage_path: 'dom/dead' }],
    });
    expect(await counts()).toMatchObject({ enqueued: 4, queued: 1, delivered: 2, dead: 1 });
  });

  it('delivers a call whose artifact failed for good, and says so beside it', async () => {
    await run(`{ await call('a', { awaits: ['screenshot', 'dom'] }); await image('a:dom'); }`);
    await run(`store.artifactFailed('a:screenshot', { code: 'not_made', reason: 'r' })`);
    expect((await run<OutboxEntry[]>('lease()')).map(({ item }) => item)).toMatchObject([
      {
        kind: 'event',
        name: 'artifact.failed',
        data: { event_uuid: 'a', seq: 0, type: 'screenshot', code: 'not_made' },
      },
    ]);
    await run(`{ await image('a:dom', outboxApi.MAX_ARTIFACT_BYTES_WAITING + 1); }`);
    expect(await leased()).toHaveLength(3);
    expect(await run('store.artifacts()')).toEqual({
      artifacts_waiting: 0,
      artifacts_failed: { not_made: 1, too_many_waiting: 1 },
    });
    expect(await counts()).toMatchObject({ enqueued: 3, queued: 3 });
  });

  it('holds as many bundles of hints as it may, those that were used last', async () => {
    const kept = await page.evaluate<{ held: string[]; most: number; large: string[] }>(`(async () => {
      const bundles = outboxApi.createBundleStore(db);
      const put = (domain, used_at, bytes) => bundles.put({ domain, used_at, bytes, checked_at: 0 });
      const most = outboxApi.MAX_BUNDLES;
      for (let n = 0; n < most; n++) await put('d' + n, n, 10);
      await bundles.touch({ ...(await bundles.get('d0')), used_at: 1000 });
      await put('one more', 0, 10);
      const held = await db.getAllKeys('bundles');
      await put('large', 2000, outboxApi.MAX_BUNDLE_STORE_BYTES - 15);
      return { held, most, large: await db.getAllKeys('bundles') };
    })()`);
    expect([
      kept.held.length,
      kept.held.includes('one more'),
      kept.held.includes('d0'),
      kept.held.includes('d1'),
    ]).toEqual([kept.most, true, true, false]);
    expect(kept.large.sort()).toEqual(['d0', 'large']);
  });

  it('is what it was when a newer version of the extension opens it', async () => {
    await page.evaluate(`call('u1')`);
    const found = await page.evaluate<unknown>(`(async () => {
      // As the version before left it.
      db.close();
      const name = 'laskobot-before';
      await new Promise((done, fail) => {
        const opening = indexedDB.open(name, 2);
        opening.onupgradeneeded = () => {
          const old = opening.result;
          for (const store of ['queue', 'dead', 'hints', 'counters', 'run', 'delivery', 'artifacts', 'lease'])
            old.createObjectStore(store).put({ kept: store }, 'x');
        };
        opening.onerror = fail;
        opening.onsuccess = () => { opening.result.close(); done(); };
      });
      const opened = await outboxApi.openDatabase(name);
      const all = {};
      for (const store of opened.objectStoreNames) all[store] = await opened.getAll(store);
      opened.close();
      return all;
    })()`);
    const stores = ['queue', 'dead', 'hints', 'counters', 'run', 'delivery', 'artifacts', 'lease'];
    expect(found).toEqual({ ...Object.fromEntries(stores.map((store) => [store, [{ kept: store }]])), bundles: [] });
  });

  it('counts what was lost before it came here, on both sides of its balance', async () => {
    await run(`{ await call('a'); await store.countLost(3); await store.countLost(0); }`);
    expect(await counts()).toMatchObject({ enqueued: 4, queued: 1, dropped: 3, drop_reasons: { lost_in_page: 3 } });
  });

  it('finds artifacts whose making was interrupted', async () => {
    await run(`{ await call('a', { awaits: ['dom'] }); clock += 1000; }`);
    expect(await run('store.unmadeArtifacts(2000)')).toEqual([]);
    expect(await run('store.unmadeArtifacts(500)')).toEqual(['a:dom']);
  });

  it('holds nothing longer where the clock is set back by a day', async () => {
    await run(`{
      await call('waits', { awaits: ['dom'] });
      await call('unmade', { awaits: ['dom'] });
      await image('waits:dom');
      const [artifact] = await store.artifactsDue(1, 1e9);
      await store.artifactLater({ ...artifact, not_before: clock + 60000 });
    }`);
    expect([await leased(), await run('store.artifactsDue(9, 1e9)')]).toEqual([[], []]);
    await run('clock -= 86400000');
    expect(await leased()).toEqual(['waits', 'unmade']);
    expect(await run('store.artifactsDue(9, 1e9).then((due) => due.map(({ id }) => id))')).toEqual(['waits:dom']);
    expect(await run('store.nextArtifactAt().then((at) => at - clock)')).toBe(0);
    expect(await run('store.unmadeArtifacts(60000)')).toEqual(['unmade:dom']);
  });

  it('gives back room where the browser gives no more, and counts what could not be kept', async () => {
    const quota = await withQuota(4_000_000);
    await run(`{
      const { random } = Math;
      globalThis.noise = (size) => Array.from({ length: size / 8 }, () => String(random()).slice(2, 10)).join('');
      for (let n = 0; n < 20; n += 1) await call('event' + n, { text: noise(100000), priority: 2 });
      await call('kept', { text: noise(1000), priority: 0 });
      await call('picture', { awaits: ['screenshot'] });
      await image('picture:screenshot', 200000);
    }`);
    const outcomes = await run<string[]>(
      `{
      const all = [];
      for (let n = 0; n < 30; n += 1) all.push(await call('call' + n, { text: noise(100000), priority: 1 }));
      return all;
    }`
        .replace(/^\{/, '(async () => {')
        .replace(/\}$/, '})()'),
    );
    const after = await counts();
    expect(after.enqueued).toBeGreaterThanOrEqual(52);
    expect(after.drop_reasons.quota).toBeGreaterThan(0);
    expect(outcomes).toContain('queued');
    // Without any quota nothing can be written, not even the count: it is kept in mind and shown.
    await quota(1);
    await run(`{ for (let n = 0; n < 40; n += 1) await call('more' + n, { text: noise(100000), priority: 1 }); }`);
    const starved = await counts();
    expect(starved.enqueued).toBe(after.enqueued + 40);
    // Room again: the counts are written down, and survive the process.
    await quota();
    expect(await run(`call('last')`)).toBe('queued');
    const last = await counts();
    expect(last.enqueued).toBe(starved.enqueued + 1);
    await page.close();
    page = await open();
    expect(await counts()).toEqual(last);
    expect((await run<OutboxEntry[]>('lease(5000)')).map(({ uuid }) => uuid)).toContain('kept');
  });

  it('sends, settles and waits where the disk takes nothing, and writes it down once it does', async () => {
    const quota = await withQuota(4_000_000);
    await run(`{
      for (const uuid of ['sent', 'dead', 'event']) await call(uuid, { priority: uuid === 'event' ? 2 : 1 });
      await call('pictured', { awaits: ['dom'], hold: 0 });
    }`);
    await quota(1);
    // Whatever Chromium still believes that there is: nothing is left of it.
    await run(`{
      const noise = () => Array.from({ length: 30000 }, () => String(Math.random()).slice(2)).join('');
      for (let n = 0; n < 100 && (await call('fill' + n, { text: noise(), priority: 2 })) === 'queued'; n += 1);
    }`);
    const before = await counts();
    const full = `db.put('hints', { domain: 'd', key: 'k', at: 0 }).then(() => 'taken', ({ name }) => name)`;
    expect(await run(full)).toBe('QuotaExceededError');

    expect((await leased()).slice(0, 2)).toEqual(['sent', 'dead']);
    await run(
      `store.settle({ delivered: ['sent', 'pictured'], dead: [{ uuid: 'dead', code: 'x', reason: 'r' }] }, clock)`,
    );
    const rest = await leased();
    for (const uuid of ['sent', 'pictured', 'dead']) expect(rest).not.toContain(uuid);
    await counts();
    const waits = { attempt: 1, not_before: 5, since: 1 };
    await run(`store.setState(${JSON.stringify(waits)})`);
    expect(await run('store.state()')).toEqual(waits);
    // Another context knows nothing of it and tells them again: the server knows them by their uuids.
    const other = await open();
    expect(await other.evaluate('lease().then((all) => all.map(({ uuid }) => uuid))')).toContain('sent');
    await other.close();

    await quota();
    await run('store.settle({ delivered: [], dead: [] }, clock)');
    await run(`store.setState(${JSON.stringify(waits)})`);
    const after = await counts();
    expect(after).toMatchObject({ delivered: before.delivered + 2, dead: 1, queued: before.queued - 3 });
    await page.close();
    page = await open();
    expect(await counts()).toEqual(after);
    expect(await run('store.state()')).toEqual(waits);
  });

  it('delivers from a full disk, each item once', async () => {
    const quota = await withQuota(4_000_000);
    await run(`{ for (let n = 0; n < 30; n += 1) await call('u' + n, { text: 'x'.repeat(n === 7 ? 100000 : 10) }); }`);
    await quota(1);
    await run(`{
      const noise = () => Array.from({ length: 30000 }, () => String(Math.random()).slice(2)).join('');
      for (let n = 0; n < 100 && (await call('fill' + n, { text: noise(), priority: 2 })) === 'queued'; n += 1);
    }`);
    const { outcome, told } = await page.evaluate<{ outcome: string; told: string[] }>(`(async () => {
      const told = [];
      const accept = async (_url, { body }) => {
        const { items } = JSON.parse(body);
        const has = (uuid) => items.some(({ event_uuid }) => event_uuid === uuid);
        if (told.length + items.length > 5000) throw new Error('It is sent without end.');
        if (has('u7')) return new Response('{}', { status: 413 });
        told.push(...items.map(({ event_uuid }) => event_uuid));
        return Response.json({ results: items.map((_, index) => ({ index, status: 'accepted' })) });
      };
      const delivery = outboxApi.createDelivery({ store, fetch: accept, now: () => clock, random: () => 0,
        endpoint: async () => ({ server_url: 'https://runs.example', key: 'k' }),
        exclusively: async (work) => { await work(); return true; } });
      return { outcome: await delivery.flush(), told };
    })()`);
    expect(outcome).toBe('idle');
    expect(told.filter((uuid) => uuid.startsWith('u'))).toHaveLength(29);
    expect(new Set(told).size).toBe(told.length);
    await counts();
  });
});

describe.skipIf(!chromiumPath())('one sender', () => {
  it('is succeeded by another context when it dies, and told so', async () => {
    const browser = (await startChromium())!;
    const server = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html');
      response.end('<!doctype html>');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const script = await bundle('extension/testing/outbox_api.ts', 'outboxApi');
    const context = await browser.newContext();
    const open = async (): Promise<Page> => {
      const page = await context.newPage();
      await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
      await page.addScriptTag({
        content: `${script};
        globalThis.freed = new Promise((resolve) => { globalThis.exclusively = outboxApi.createExclusive(navigator.locks, 'l', resolve); });`,
      });
      return page;
    };
    const [first, second] = [await open(), await open()];
    await first.evaluate('void exclusively(() => new Promise(() => undefined))');
    expect(await second.evaluate('exclusively(async () => undefined)')).toBe(false);
    await first.close();
    await second.evaluate('freed');
    expect(await second.evaluate('exclusively(async () => undefined)')).toBe(true);
    await browser.close();
    server.close();
  });
});

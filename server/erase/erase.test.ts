import { beforeEach, expect, test } from 'vitest';
import type { EraseReceipt } from '../../shared/protocol/answers.ts';
import type { HintCache } from '../cache/hint_cache.ts';
import { createMemoryCache } from '../cache/memory.ts';
import type { Db } from '../db/db.ts';
import { createAggregateJob } from '../jobs/aggregate/aggregate.ts';
import { createEraseJob } from '../jobs/erase.ts';
import { createHousekeepingJobs } from '../jobs/housekeeping.ts';
import { createJobRunner } from '../jobs/runner.ts';
import { StorageUnavailable } from '../storage/storage.ts';
import { describeDatabases, SILENT } from '../testing/databases.ts';
import { aCall, anElement, aPage, type Fields } from '../testing/items.ts';
import { type MemoryBlobs, memoryBlobs } from '../testing/memory_blobs.ts';
import { AT_ONCE, NOW, type TestApp, testApp } from '../testing/test_app.ts';
import { preview } from './preview.ts';

const HASHES = ['a', 'b', 'c'].map((letter) => letter.repeat(64));
const OLD = '2025-03-10T00:00:00Z';

/** Rows of a project by table, those of archives, and what is left to do. */
const counts = async (db: Db, projectId: string) =>
  (
    await db.tx('admin', (tx) =>
      tx.query<Record<string, number>>(
        `select (select count(*)::int from tool_calls where project_id = $1) as calls,
           (select count(*)::int from tool_call_ledger where project_id = $1) as ledger,
           (select count(*)::int from events where project_id = $1) as events,
           (select count(*)::int from sessions where project_id = $1) as sessions,
           (select count(*)::int from artifacts where project_id = $1) as artifacts,
           (select count(*)::int from hints where project_id = $1) as hints,
           (select coalesce(sum(row_ct), 0)::int from archives where project_id = $1) as archived,
           (select count(*)::int from erase_work where project_id = $1) as work`,
        [projectId],
      ),
    )
  )[0];

describeDatabases('erasure', (db) => {
  let t: TestApp;
  let storage: MemoryBlobs;
  /** Set, the storage removes nothing. */
  let away: boolean;
  /** Unset, the cache does not answer. */
  let forgets: boolean;
  beforeEach(async () => {
    away = false;
    forgets = true;
    storage = memoryBlobs();
    const memory = createMemoryCache({ ttlMs: 1e9, maxEntries: 100, clock: () => 0 });
    const cache: HintCache = { ...memory, invalidate: async (pages) => forgets && memory.invalidate(pages) };
    const blobs = {
      ...storage,
      remove: async (bucket: string, paths: readonly string[]) => {
        if (away) throw new StorageUnavailable('storage is away');
        await storage.remove(bucket, paths);
      },
    };
    const housekeeping = createHousekeepingJobs({ storage: blobs, hotDays: 90, quarantineDays: 0, now: () => NOW });
    const jobs = createJobRunner({
      db: db(),
      log: SILENT,
      jobs: [...housekeeping, createAggregateJob(AT_ONCE, () => NOW, memory.invalidate), createEraseJob(blobs, cache)],
    });
    t = await testApp(db(), { jobs, cache });
  });
  const send = async (...items: Fields[]) => {
    const { body } = await t.send('POST', '/v1/ingest', { items });
    expect(body).toMatchObject({ accepted: items.length });
  };
  const run = async (job: string) => (await t.send('POST', `/internal/jobs/${job}`)).body;
  const ask = async (subject: Fields): Promise<EraseReceipt> => {
    const { status, body } = await t.send('POST', '/v1/erase', subject);
    expect(status).toBe(200);
    return body;
  };
  const receipt = async ({ erase_id }: EraseReceipt): Promise<EraseReceipt> =>
    (await t.send('GET', `/v1/erase/${erase_id}`)).body;
  const dom = (hash: string) => ({
    type: 'dom',
    content_hash: hash,
    storage_path: `dom/${t.projectId}/dom/${hash}.html`,
    size: 1,
  });
  const [a = '', b = '', c = ''] = HASHES;

  /** Two sessions on two domains, now and in an archive. */
  async function record(): Promise<void> {
    for (const hash of HASHES) storage.put(dom(hash).storage_path, 'x');
    const shop = { page_signature: aPage('a'), element_signatures: [anElement()] };
    const other = { url_norm: 'https://shop.example.org/', domain: 'shop.example.org' };
    const s1 = { session_id: 's1', url: 'https://bank.example/' };
    const s2 = { session_id: 's2', url: 'https://www.shop.example/a?x=' };
    await send(
      { kind: 'session', session_id: 's1', user_hash: 'ab'.repeat(8), started_at: OLD },
      aCall({ context: s1, artifacts: [dom(a), dom(c)] }),
      // Its line in the archive tells the session by its run only.
      aCall({ context: { run_id: '019a9d3e-1b6c-7b50-9c7e-0f4c8a0d2b11', ...s1 } }),
      aCall({ context: { run_id: '019a9d3e-1b6c-7b50-9c7e-0f4c8a0d2b11' }, seq: 2, started_at: OLD }),
      aCall({ context: s1, started_at: OLD }),
      { kind: 'event', name: 'x', event_uuid: crypto.randomUUID(), occurred_at: '2026-06-15T11:00:00Z', context: s1 },
      aCall({ context: s2, ...shop, success: true, artifacts: [dom(b), dom(c)] }),
      aCall({ context: s2, ...shop, started_at: OLD }),
      aCall({ context: { session_id: 's2', url: 'https://notshop.example/' }, page_signature: other }),
    );
    expect(await run('retention')).toMatchObject({ detail: { rows_archived: 3 } });
    storage.put(`dom/${t.projectId}/quarantine/${a}.html`, 'other bytes');
  }

  test('of a user takes the sessions, archives and blobs included, and nothing else', async () => {
    await record();
    const before = [await counts(db(), t.projectId), storage.paths()];
    const sessions = { kind: 'sessions', sessionIds: ['s1'] } as const;
    const dry = await preview(db(), storage, t.projectId, sessions);
    expect([await counts(db(), t.projectId), storage.paths()]).toEqual(before);

    const asked = await ask({ user_hash: 'ab'.repeat(8) });
    expect(asked).toMatchObject({ status: 'waiting', rows: {}, blobs: 0, finished_at: null });
    expect(await ask({ user_hash: 'ab'.repeat(8) })).toEqual(asked);
    expect(await run('erase')).toMatchObject({
      outcome: 'succeeded',
      detail: { requests: 1, tool_calls: 2, events: 1 },
    });
    const done = await receipt(asked);
    expect(done).toMatchObject({
      status: 'finished',
      subject: { user_hash: 'ab'.repeat(8) },
      rows: { tool_calls: 2, artifacts: 2, events: 1, runs: 3, sessions: 1 },
      archived_rows: 2,
      blobs: 1,
      error: null,
    });
    expect({ ...dry, blobs: 1 }).toEqual({ rows: done.rows, archived_rows: done.archived_rows, blobs: done.blobs });
    expect(await counts(db(), t.projectId)).toMatchObject({
      calls: 2,
      ledger: 2,
      events: 0,
      sessions: 1,
      archived: 1,
      work: 0,
    });
    const left = storage.paths().filter((path) => !path.includes('/archive/'));
    expect(left).toEqual([dom(b).storage_path, dom(c).storage_path]);
    expect(storage.paths()).toHaveLength(3);

    // Asked again it is another erasure, of nothing.
    const again = await ask({ user_hash: 'ab'.repeat(8) });
    expect(again.erase_id).not.toBe(asked.erase_id);
    await run('erase');
    expect(await receipt(again)).toMatchObject({ status: 'finished', archived_rows: 0, blobs: 0 });
    expect(Object.values((await receipt(again)).rows).every((count) => count === 0)).toBe(true);
    expect(await receipt(asked)).toEqual(done);
  });

  test('of a domain takes its hints, and the cache forgets them', async () => {
    await record();
    // Transactions of other tests on the same cluster may keep the job's bound back.
    while ((await counts(db(), t.projectId))?.hints === 0) await run('aggregate');
    const look = () => t.send('POST', '/hints/lookup', { url: 'https://shop.example/a', trace: true });
    expect((await look()).body.element_hints).toHaveLength(1);
    const remembered = (await look()).body;
    expect(remembered.trace[1].detail).toEqual({ hit: 'memory' });
    const asked = await ask({ domain: 'SHOP.example' });
    await run('erase');
    expect((await look()).body).toMatchObject({ page_match: 'none', element_hints: [] });
    expect(await receipt(asked)).toMatchObject({
      status: 'finished',
      rows: { tool_calls: 1, page_signatures: 1, element_signatures: 1, hints: 1 },
      archived_rows: 1,
    });
    expect(await counts(db(), t.projectId)).toMatchObject({ calls: 3, hints: 0, work: 0 });
  });

  test('that fails on the way stays on record, holds up no other, and counts all when it goes on', async () => {
    await record();
    const asked = await ask({ session_id: 's1' });
    const other = await ask({ session_id: 'nobody' });
    away = true;
    expect(await run('erase')).toMatchObject({
      outcome: 'failed',
      error: expect.stringContaining('1 of 2 not finished'),
    });
    expect(await receipt(other)).toMatchObject({ status: 'finished' });
    const half = await receipt(asked);
    expect(half).toMatchObject({ status: 'running', rows: { tool_calls: 2 }, blobs: 0, error: 'storage is away' });
    expect(await counts(db(), t.projectId)).toMatchObject({ calls: 2 });
    away = false;
    expect(await run('erase')).toMatchObject({ outcome: 'succeeded', detail: { requests: 1 } });
    expect(await receipt(asked)).toMatchObject({
      status: 'finished',
      rows: half.rows,
      archived_rows: 2,
      blobs: 1,
      error: null,
    });
    expect(storage.paths().filter((path) => path.includes(a))).toEqual([]);
    expect(await counts(db(), t.projectId)).toMatchObject({ archived: 1, work: 0 });
  });

  test('is not finished while a cache may still serve what was erased', async () => {
    await record();
    forgets = false;
    const asked = await ask({ domain: 'shop.example' });
    expect(await run('erase')).toMatchObject({ outcome: 'failed' });
    expect(await receipt(asked)).toMatchObject({ status: 'running', error: expect.stringContaining('shared cache') });
    forgets = true;
    expect(await run('erase')).toMatchObject({ outcome: 'succeeded' });
    expect(await receipt(asked)).toMatchObject({ status: 'finished', error: null });
  });

  test('takes a secret key and one subject', async () => {
    for (const [method, path] of [
      ['POST', '/v1/erase'],
      ['GET', `/v1/erase/${crypto.randomUUID()}`],
    ] as const) {
      const refused = await t.send(method, path, method === 'POST' ? { session_id: 's1' } : undefined, t.publishable);
      expect([refused.status, refused.body.error.code]).toEqual([403, 'forbidden']);
    }
    for (const body of [
      {},
      { session_id: 's1', domain: 'a' },
      { domain: '' },
      { domain: 'https://a/' },
      { user_hash: 'me' },
    ]) {
      expect([body, (await t.send('POST', '/v1/erase', body)).status]).toEqual([body, 400]);
    }
    expect((await t.send('GET', `/v1/erase/${crypto.randomUUID()}`)).status).toBe(404);
    expect((await t.send('GET', '/v1/erase/x')).status).toBe(400);
  });
});

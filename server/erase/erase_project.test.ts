import { beforeEach, expect, test } from 'vitest';
import type { HintCache } from '../cache/hint_cache.ts';
import { createMemoryCache } from '../cache/memory.ts';
import { createHousekeepingJobs } from '../jobs/housekeeping.ts';
import { createJobRunner } from '../jobs/runner.ts';
import { describeDatabases, SILENT } from '../testing/databases.ts';
import { aCall, anElement, aPage } from '../testing/items.ts';
import { type MemoryBlobs, memoryBlobs } from '../testing/memory_blobs.ts';
import { NOW, type TestApp, testApp } from '../testing/test_app.ts';
import { countProject, eraseProject, PROJECT_TABLES } from './erase_project.ts';

const HASH = 'a'.repeat(64);

describeDatabases('a project that is deleted', (db) => {
  let storage: MemoryBlobs;
  let cache: HintCache;
  let mine: TestApp;
  let theirs: TestApp;
  beforeEach(async () => {
    storage = memoryBlobs();
    cache = createMemoryCache({ ttlMs: 1e9, maxEntries: 100, clock: () => 0 });
    mine = await testApp(db(), { cache });
    theirs = await testApp(db(), { cache });
    for (const t of [mine, theirs]) {
      const context = { session_id: 's', instance_id: 'i', tab_id: 1 };
      const name = `${t.projectId}/dom/${HASH}.html`;
      const artifacts = [{ type: 'dom', content_hash: HASH, storage_path: `dom/${name}`, size: 1 }];
      const page = { page_signature: aPage('a'), element_signatures: [anElement()], success: true };
      const items = [
        aCall({ context, artifacts, ...page }),
        aCall({ context, started_at: '2025-03-10T00:00:00Z' }),
        { kind: 'event', name: 'x', event_uuid: crypto.randomUUID(), occurred_at: '2026-06-15T11:00:00Z', context },
      ];
      expect((await t.send('POST', '/v1/ingest', { items })).body.accepted).toBe(3);
      await t.send('POST', '/v1/erase', { session_id: 'other' });
      storage.put(`dom/${name}`, 'x');
      storage.put(`screenshots/${t.projectId}/quarantine/${HASH}.png`, 'x');
    }
    const options = { storage, hotDays: 90, quarantineDays: 0, now: () => NOW };
    await createJobRunner({ db: db(), log: SILENT, jobs: createHousekeepingJobs(options) }).run('retention');
    // Transactions of other tests on the same cluster may keep the job's bound back.
    for (const t of [mine, theirs]) {
      while ((await countProject(db(), storage, t.projectId)).rows.hints === 0)
        await t.send('POST', '/internal/jobs/aggregate');
    }
  });
  const remove = () =>
    eraseProject({ db: db(), storage, cache, renew: async () => {}, settled: async () => {} }, mine.projectId);

  test('leaves nothing, and takes nothing of another', async () => {
    const before = await countProject(db(), storage, mine.projectId);
    const others = await countProject(db(), storage, theirs.projectId);
    expect(before).toMatchObject({
      rows: { api_keys: 2, projects: 1, tool_calls: 1, archives: 1, hints: 1, sessions: 1, erase_requests: 1 },
      blobs: 3,
    });
    expect(await remove()).toEqual(before);
    const after = await countProject(db(), storage, mine.projectId);
    expect([...Object.values(after.rows), after.blobs].every((count) => count === 0)).toBe(true);
    expect(await countProject(db(), storage, theirs.projectId)).toEqual(others);
    expect(storage.paths().every((path) => path.includes(theirs.projectId))).toBe(true);
    expect(cache.state()).toMatchObject([{ entries: 0 }]);
  });

  test('may be deleted again, with what came late', async () => {
    await remove();
    storage.put(`dom/${mine.projectId}/dom/${HASH}.html`, 'x');
    expect(await remove()).toMatchObject({ rows: { projects: 0, tool_calls: 0 }, blobs: 1 });
  });

  test('every table of projects is known', async () => {
    const tables = await db().tx('admin', (tx) =>
      tx.query<{ name: string }>(
        `select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'project_id'
         where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition`,
      ),
    );
    expect(tables.map((table) => table.name).sort()).toEqual(['api_keys', 'projects', ...PROJECT_TABLES].sort());
  });
});

import { beforeEach, expect, test } from 'vitest';
import type { Db } from '../db/db.ts';
import { restoreMonth } from '../retention/restore_month.ts';
import { describeDatabases, SILENT } from '../testing/databases.ts';
import { aCall, type Fields } from '../testing/items.ts';
import { type MemoryBlobs, memoryBlobs } from '../testing/memory_blobs.ts';
import { NOW, type TestApp, testApp } from '../testing/test_app.ts';
import { createHousekeepingJobs } from './housekeeping.ts';
import { createJobRunner } from './runner.ts';

const DAY = 24 * 3600 * 1000;
const HASHES = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(64));

/** Rows of a project by table, and the partitions that there are. */
const counts = (db: Db, projectId: string): Promise<Record<string, number>> =>
  db.tx('admin', async (tx) => {
    const [row] = await tx.query<Record<string, number>>(
      `select (select count(*)::int from tool_calls where project_id = $1) as calls,
         (select count(*)::int from tool_call_ledger where project_id = $1) as ledger,
         (select count(*)::int from events where project_id = $1) as events,
         (select count(*)::int from artifacts where project_id = $1) as artifacts,
         (select coalesce(sum(row_ct), 0)::int from archives where project_id = $1) as archived`,
      [projectId],
    );
    return row ?? {};
  });
const months = (db: Db): Promise<string[]> =>
  db.tx('admin', async (tx) =>
    (
      await tx.query<{ month: string }>(`select month::text as month from laskobot_partition_months() as month
        where month < '2026-06-01' order by 1`)
    ).map((row) => row.month),
  );

describeDatabases('housekeeping', (db) => {
  let t: TestApp;
  let storage: MemoryBlobs;
  beforeEach(async () => {
    storage = memoryBlobs();
    const jobs = createJobRunner({
      db: db(),
      log: SILENT,
      jobs: createHousekeepingJobs({ storage, hotDays: 90, quarantineDays: 30, now: () => NOW }),
    });
    t = await testApp(db(), { jobs });
  });
  const send = async (...items: Fields[]) => {
    const { body } = await t.send('POST', '/v1/ingest', { items });
    expect(body).toMatchObject({ accepted: items.length });
  };
  const run = async (job: string) => {
    const { body } = await t.send('POST', `/internal/jobs/${job}`);
    expect(body).toMatchObject({ outcome: 'succeeded' });
    return body.detail;
  };
  const dom = (hash: string) => ({
    type: 'dom',
    content_hash: hash,
    storage_path: `dom/${t.projectId}/dom/${hash}.html`,
    size: 1,
  });

  test('ten months of data: partitions made, archived, dropped, restored', async () => {
    const before = await months(db());
    // August 2025 to May 2026 and some of now, three calls and an event each, one call with an artifact.
    const at = Array.from({ length: 11 }, (_, month) => new Date(Date.UTC(2025, 7 + month, 10)).toISOString());
    for (const [month, started_at] of at.entries()) {
      const run_id = crypto.randomUUID();
      const calls = [1, 2, 3].map((seq) =>
        aCall({ seq, started_at, context: { run_id }, input_json: { month, text: 'ünïcode\n"' } }),
      );
      const event = { kind: 'event', name: 'x', event_uuid: crypto.randomUUID(), occurred_at: started_at, context: {} };
      await send({ ...calls[0], artifacts: [dom(HASHES[0] ?? '')] }, ...calls.slice(1), event);
    }
    storage.put(dom(HASHES[0] ?? '').storage_path, 'x');
    const all = { calls: 33, ledger: 33, events: 11, artifacts: 11, archived: 0 };
    expect(await counts(db(), t.projectId)).toEqual(all);
    const snapshot = () =>
      db().tx({ projectId: t.projectId }, (tx) =>
        tx.query(
          `select to_jsonb(c) - 'ingested_xid' as row from tool_calls c where tool_name <> 'late' order by started_at, seq`,
        ),
      );
    const rows = await snapshot();

    expect((await run('partitions')).drained).toBeGreaterThanOrEqual(8);
    expect((await months(db())).filter((month) => month < '2026-04-01')).toHaveLength(8);
    expect(await counts(db(), t.projectId)).toEqual(all);

    // 90 days before 15 June is in March: August to February go, 7 months.
    expect(await run('retention')).toMatchObject({ months_archived: 7, rows_archived: 28, partitions_dropped: 7 });
    expect(await counts(db(), t.projectId)).toEqual({ calls: 12, ledger: 12, events: 4, artifacts: 4, archived: 28 });
    expect((await months(db())).filter((month) => month < '2026-03-01')).toEqual([]);
    expect(storage.paths().filter((path) => path.startsWith(`logs/${t.projectId}/archive/20`))).toHaveLength(14);
    expect(await run('retention')).toMatchObject({ rows_archived: 0 });

    // A late one of an archived month is archived beside the others.
    await send(aCall({ started_at: at[0], tool_name: 'late' }));
    expect(await run('retention')).toMatchObject({ rows_archived: 1 });

    for (const month of [
      '2025-08-01',
      '2025-09-01',
      '2025-10-01',
      '2025-11-01',
      '2025-12-01',
      '2026-01-01',
      '2026-02-01',
    ]) {
      expect(await restoreMonth(db(), storage, month, 3650)).toBe(month === '2025-08-01' ? 5 : 4);
    }
    expect(await counts(db(), t.projectId)).toEqual({ ...all, calls: 34, ledger: 34 });
    expect(await snapshot()).toEqual(rows);
    expect(storage.paths().filter((path) => path.includes('/archive/'))).toEqual([]);
    // Restored months stay.
    expect(await run('retention')).toMatchObject({ rows_archived: 0 });
    await db().tx('admin', (tx) => tx.query('delete from archive_holds'));
    expect(await run('retention')).toMatchObject({ rows_archived: 29 });
    expect(await months(db())).toEqual([...before, '2026-03-01', '2026-04-01', '2026-05-01']);
  });

  test('an archive that is missing or changed is not restored, and loses nothing', async () => {
    await send(aCall({ started_at: '2025-01-10T00:00:00Z' }));
    await run('retention');
    const [path = ''] = storage.paths().filter((each) => each.includes('/archive/'));
    const bytes = await storage.read('logs', path.slice(5));
    storage.put(path, 'other');
    await expect(restoreMonth(db(), storage, '2025-01-01', 1)).rejects.toThrow('not as it was written');
    await storage.remove('logs', [path.slice(5)]);
    await expect(restoreMonth(db(), storage, '2025-01-01', 1)).rejects.toThrow('missing in Storage');
    await storage.write('logs', path.slice(5), bytes ?? new Uint8Array());
    expect(await restoreMonth(db(), storage, '2025-01-01', 1)).toBe(1);
    expect(await counts(db(), t.projectId)).toMatchObject({ calls: 1, archived: 0 });
    await db().tx('admin', (tx) => tx.query('delete from archive_holds'));
    await run('retention');
  });

  test('a storage that refuses costs no row', async () => {
    await send(aCall({ started_at: '2025-02-10T00:00:00Z' }));
    const write = storage.write;
    storage.write = () => Promise.reject(new Error('no'));
    expect((await t.send('POST', '/internal/jobs/retention')).body).toMatchObject({ outcome: 'failed' });
    expect(await counts(db(), t.projectId)).toMatchObject({ calls: 1, archived: 0 });
    storage.write = write;
    expect(await run('retention')).toMatchObject({ rows_archived: 1 });
  });

  test('sessions past their time go with their data, and artifacts of failed runs after seven days', async () => {
    const [a = '', b = '', c = '', d = ''] = HASHES;
    for (const hash of HASHES) storage.put(dom(hash).storage_path, 'x');
    const expired = { session_id: 'old', instance_id: 'i-old', tab_id: 1 };
    const ended = new Date(NOW - 8 * DAY).toISOString();
    const failed = crypto.randomUUID();
    await send(
      { kind: 'session', session_id: 'old', started_at: ended, ttl_expires_at: new Date(NOW - 1000).toISOString() },
      { kind: 'session', session_id: 'new', started_at: ended, ttl_expires_at: new Date(NOW + 1000).toISOString() },
      aCall({ context: expired, artifacts: [dom(a), dom(b)] }),
      aCall({ context: { session_id: 'new' }, artifacts: [dom(b), dom(d)] }),
      { kind: 'run', run_id: failed, status: 'failed', started_at: ended, ended_at: ended },
      aCall({ context: { run_id: failed }, artifacts: [dom(c), dom(d)] }),
    );
    expect(await run('retention')).toMatchObject({ sessions_expired: 1, failed_run_artifacts: 2 });
    expect(await counts(db(), t.projectId)).toMatchObject({ calls: 2, ledger: 2, artifacts: 2 });
    expect(storage.paths().filter((path) => path.includes(t.projectId))).toEqual([
      dom(b).storage_path,
      dom(d).storage_path,
    ]);
    const left = await db().tx({ projectId: t.projectId }, (tx) =>
      tx.query(`select (select count(*)::int from sessions) as sessions, (select count(*)::int from tabs) as tabs,
        (select count(*)::int from instances) as instances, (select count(*)::int from dedup_hashes) as hashes`),
    );
    expect(left).toEqual([{ sessions: 1, tabs: 0, instances: 0, hashes: 2 }]);
  });

  test('artifacts are compared with their hash; what is not as named is never answered exists', async () => {
    const right = '2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881'; // SHA-256 of x
    const [wrong = '', absent = ''] = HASHES;
    storage.put(dom(right).storage_path, 'x');
    storage.put(dom(wrong).storage_path, 'y');
    await send(aCall({ artifacts: [dom(right), dom(wrong), dom(absent)] }));
    expect((await run('verify_artifacts')).verified).toBe(0);
    await db().tx('admin', (tx) =>
      tx.query(`update artifacts set created_at = now() - interval '1 hour' where project_id = $1`, [t.projectId]),
    );
    expect(await run('verify_artifacts')).toEqual({ verified: 1, missing: 1, quarantined: 1 });
    const rows = await db().tx({ projectId: t.projectId }, (tx) =>
      tx.query('select content_hash, state from artifacts order by 2'),
    );
    expect(rows).toEqual([
      { content_hash: absent, state: 'missing' },
      { content_hash: wrong, state: 'quarantined' },
      { content_hash: right, state: 'verified' },
    ]);
    const known = await db().tx({ projectId: t.projectId }, (tx) => tx.query('select content_hash from dedup_hashes'));
    expect(known).toEqual([{ content_hash: right }]);
    expect(storage.paths()).toContain(`dom/${t.projectId}/quarantine/${wrong}.html`);
    expect(storage.paths()).not.toContain(dom(wrong).storage_path);
    expect(await run('verify_artifacts')).toEqual({ verified: 0, missing: 0, quarantined: 0 });
  });

  test('what lies in quarantine goes after its days, and nothing else with it', async () => {
    const [a = '', b = ''] = HASHES;
    const place = (hash: string, folder: string) => `dom/${t.projectId}/${folder}/${hash}.html`;
    const ago = (days: number) => new Date(NOW - days * DAY);
    storage.put(place(a, 'quarantine'), 'x', ago(31));
    storage.put(`screenshots/${t.projectId}/quarantine/${a}.png`, 'x', ago(31));
    storage.put(place(b, 'quarantine'), 'x', ago(29));
    storage.put(place(a, 'dom'), 'x', ago(31));
    expect(await run('retention')).toMatchObject({ quarantined_removed: 2 });
    expect(storage.paths()).toEqual([place(a, 'dom'), place(b, 'quarantine')]);
    expect(await run('retention')).toMatchObject({ quarantined_removed: 0 });
  });

  test('uploads that no artifact names go after a day', async () => {
    const [named = '', young = '', old = ''] = HASHES;
    await send(aCall({ artifacts: [dom(named)] }));
    const ago = (days: number) => new Date(NOW - days * DAY);
    storage.put(dom(named).storage_path, 'x', ago(9));
    storage.put(dom(young).storage_path, 'x', ago(0.5));
    storage.put(dom(old).storage_path, 'x', ago(2));
    storage.put(`logs/${t.projectId}/archive/202001-00001.jsonl.gz`, 'x', ago(2));
    storage.put(`logs/${t.projectId}/hint/1-1-${old}.json.gz`, 'x', ago(2));
    expect(await run('orphan_uploads')).toEqual({ uploads: 1, archives: 1, hints: 1 });
    expect(storage.paths()).toEqual([dom(named).storage_path, dom(young).storage_path]);
  });
});

import pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Db } from '../../db/db.ts';
import { migrate } from '../../db/migrate.ts';
import { createLog } from '../../log.ts';
import { aggregateAll } from '../../testing/aggregate.ts';
import { createDatabase, describeDatabases, describePostgres, openTestPostgres } from '../../testing/databases.ts';
import { aCall, anElement, aPage, type Fields } from '../../testing/items.ts';
import { type TestApp, testApp } from '../../testing/test_app.ts';
import { openTransactionsEnded } from './open_transactions.ts';

const onElement = (path: string, changes: Fields = {}) =>
  aCall({ success: true, page_signature: aPage(path), element_signatures: [anElement()], ...changes });

describeDatabases('the aggregate job', (db) => {
  let t: TestApp;
  beforeAll(async () => {
    t = await testApp(db());
  });
  const ingest = async (...items: unknown[]) => {
    const { body } = await t.send('POST', '/v1/ingest', { items });
    expect(body.rejected).toBe(0);
  };
  /** Of the page itself: all pages of these tests are of one domain. */
  const hintsOf = async (path: string) =>
    (await t.send('POST', '/hints/lookup', { url: `https://shop.example/${path}` })).body.element_hints.filter(
      (hint: { domain?: unknown }) => !hint.domain,
    );
  const statsOf = (path: string, scope: string) =>
    db().tx('admin', (tx) =>
      tx.query<{ success_ct: number; error_ct: number; run_ct: number; avg_latency: string; last_success_at: Date }>(
        `select s.* from hint_stats s join page_signatures p using (project_id, page_sig_id)
         where s.project_id = $1 and p.url_norm = $2 and s.scope = $3`,
        [t.projectId, `https://shop.example/${path}`, scope],
      ),
    );

  test('counts outcomes, latency and runs by page and by element', async () => {
    const context = { run_id: uuidv7() };
    await ingest(
      onElement('stats', { context, seq: 1, ended_at: '2026-06-15T11:00:00.100Z' }),
      onElement('stats', { context, seq: 2, ended_at: '2026-06-15T11:00:00.300Z' }),
      onElement('stats', { success: false, started_at: '2026-06-15T11:10:00Z' }),
      onElement('stats', { started_at: '2026-06-15T10:00:00Z' }),
      onElement('stats', { success: null }),
      onElement('stats', { element_signatures: [] }),
    );
    await aggregateAll(t, db());
    const last_success_at = new Date('2026-06-15T11:00:00.300Z');
    const [page] = await statsOf('stats', 'page');
    expect(page).toMatchObject({ success_ct: 4, error_ct: 1, run_ct: 4, last_success_at });
    expect(Number(page?.avg_latency)).toBe(200);
    const [element] = await statsOf('stats', 'element');
    expect(element).toMatchObject({ success_ct: 3, error_ct: 1, run_ct: 3, last_success_at });
    const [hint] = await hintsOf('stats');
    expect(hint.evidence).toMatchObject({ success_ct: 3, error_ct: 1, runs: 3, avg_latency_ms: 200 });
    expect(hint.evidence.last_success_at).toBe(last_success_at.toISOString());
  });

  test('counts a call once, however often it is told and the job runs', async () => {
    const call = onElement('once', { success: undefined });
    await ingest(call);
    await aggregateAll(t, db());
    await ingest({ ...call, success: true });
    await aggregateAll(t, db());
    await ingest({ ...call, output_json: [1], ended_at: '2026-06-15T11:00:01Z' });
    await aggregateAll(t, db());
    expect(await statsOf('once', 'element')).toMatchObject([{ success_ct: 1, error_ct: 0 }]);
    expect(await statsOf('once', 'page')).toMatchObject([{ success_ct: 1, error_ct: 0 }]);
  });

  test('makes one hint of an element that several states of a page show', async () => {
    const elsewhere = anElement({ candidates: [{ kind: 'test_id', selector: '[data-testid="buy"]', matches: 2 }] });
    await ingest(
      onElement('states'),
      onElement('states', {
        page_signature: aPage('states', { dom_fingerprint_hash: '00000000000000cc' }),
        element_signatures: [elsewhere],
      }),
    );
    await aggregateAll(t, db());
    const hints = await hintsOf('states');
    expect(hints).toHaveLength(1);
    // Not unique on every state, so the unique one is better.
    expect(hints[0]).toMatchObject({ version: 1, state: 'active', data: { selector: 'main > button', kind: 'css' } });
    expect(hints[0].evidence.success_ct).toBe(2);
  });

  test('more of the same is evidence, not a version', async () => {
    await ingest(onElement('evidence'));
    await aggregateAll(t, db());
    const [before] = await hintsOf('evidence');
    await ingest(onElement('evidence'), onElement('evidence', { tool_name: 'hover' }));
    await aggregateAll(t, db());
    const [after] = await hintsOf('evidence');
    expect(after).toMatchObject({ hint_id: before.hint_id, version: 1, data: { tools: ['click', 'hover'] } });
    expect(after.confidence).toBeGreaterThan(before.confidence);
  });

  test('what pages report moves the choice, and the older version is kept and not served', async () => {
    await ingest(onElement('outcome'));
    await aggregateAll(t, db());
    const [first] = await hintsOf('outcome');
    expect(first.data.selector).toBe('[data-testid="buy"]');
    const report = (data: Fields, instance_id = 'one') => ({
      kind: 'event',
      name: 'hint.outcome',
      event_uuid: uuidv7(),
      occurred_at: '2026-06-15T11:00:00Z',
      context: { instance_id },
      data: { hint_id: first.hint_id, version: 1, ...data },
    });
    await ingest(
      ...['one', 'two', 'three'].map((each) => report({ outcome: 'found', selector: 'main > button' }, each)),
      report({ outcome: 'found', selector: 'body' }),
      report({ outcome: 'page_mismatch' }),
      report({ outcome: 'found', hint_id: 'x' }),
      { ...report({}), data: 'nonsense' },
    );
    await aggregateAll(t, db());
    const hints = await hintsOf('outcome');
    expect(hints).toMatchObject([{ version: 2, data: { selector: 'main > button' } }]);
    const versions = await db().tx('admin', (tx) =>
      tx.query(
        `select version, state, superseded_at is null as served from hints
         where project_id = $1 and url_norm = 'https://shop.example/outcome' order by version`,
        [t.projectId],
      ),
    );
    expect(versions).toEqual([
      { version: 1, state: 'active', served: false },
      { version: 2, state: 'active', served: true },
    ]);
    const selectors = await db().tx('admin', (tx) =>
      tx.query(
        `select selector, sum(found_ct)::int as found_ct, sum(missed_ct)::int as missed_ct from hint_votes
         where project_id = $1 group by selector order by selector`,
        [t.projectId],
      ),
    );
    expect(selectors).toEqual([
      { selector: '[data-testid="buy"]', found_ct: 0, missed_ct: 4 },
      { selector: 'main > button', found_ct: 3, missed_ct: 0 },
    ]);
  });

  test('makes no hint of an element that only failed, or that nothing could verify', async () => {
    await ingest(
      onElement('failed', { success: false }),
      onElement('bare', { element_signatures: [anElement({ identity: undefined })] }),
    );
    await aggregateAll(t, db());
    expect(await hintsOf('failed')).toEqual([]);
    expect(await hintsOf('bare')).toEqual([]);
  });

  test('writes its history', async () => {
    await aggregateAll(t, db());
    const runs = await db().tx('admin', (tx) =>
      tx.query(`select outcome, ended_at >= started_at as ended from job_runs where job = 'aggregate'
        order by id desc limit 1`),
    );
    expect(runs).toEqual([{ outcome: 'succeeded', ended: true }]);
  });

  test('answers busy while another server has the lease, and takes over one that ran out', async () => {
    const lease = (seconds: number) =>
      db().tx('admin', (tx) =>
        tx.query(
          `insert into job_leases (job, holder, leased_until) values ('aggregate', 'x', now() + make_interval(secs => $1))
           on conflict (job) do update set holder = 'x', leased_until = excluded.leased_until`,
          [seconds],
        ),
      );
    await lease(60);
    expect((await t.send('POST', '/internal/jobs/aggregate')).body).toEqual({ job: 'aggregate', outcome: 'busy' });
    await lease(-1);
    expect((await t.send('POST', '/internal/jobs/aggregate')).body.outcome).toBe('succeeded');
  });

  test('an unknown job is not found', async () => {
    expect((await t.send('POST', '/internal/jobs/nothing')).status).toBe(404);
  });
});

describePostgres('the watermark', (bin) => {
  let t: TestApp;
  let db: Db;
  let late: pg.Client;
  let close: () => Promise<void>;
  beforeAll(async () => {
    const { url } = await createDatabase(bin);
    db = openTestPostgres(url);
    await migrate(db);
    t = await testApp(db);
    late = new pg.Client({ connectionString: url });
    await late.connect();
    close = async () => {
      await late.end();
      await db.close();
    };
  });
  afterAll(() => close());

  test('does not pass a row whose transaction commits late', async () => {
    const successes = async () => {
      await t.send('POST', '/internal/jobs/aggregate');
      const { rows } = await late.query(
        `select coalesce(max(success_ct), 0) as n from hint_stats where scope = 'page'`,
      );
      return rows[0].n;
    };
    await t.send('POST', '/v1/ingest', { items: [onElement('late')] });
    while ((await successes()) < 1);

    // An earlier transaction id, a later commit: what a sequence or a timestamp as the watermark would skip.
    await late.query('begin');
    await late.query(
      `insert into tool_calls (project_id, run_id, seq, event_uuid, tool_name, started_at, success, page_sig_id)
       select project_id, run_id, seq + 1, gen_random_uuid(), tool_name, started_at, success, page_sig_id
       from tool_calls`,
    );
    await t.send('POST', '/v1/ingest', { items: [onElement('late')] });
    expect(await successes()).toBe(1);
    await late.query('commit');
    while ((await successes()) < 3);
    for (let i = 0; i < 3; i++) expect(await successes()).toBe(3);
  });

  test('waits for a transaction that ends soon, and says so where one does not', async () => {
    const warnings: string[] = [];
    const log = createLog('warn', (line) => warnings.push(JSON.parse(line).event));
    const waiting = (patienceMs: number) =>
      openTransactionsEnded({ db, log, signal: new AbortController().signal }, patienceMs);
    const writes = 'select pg_current_xact_id()';
    const hold = async () => {
      await late.query('begin');
      await late.query(writes);
      await db.tx('admin', (tx) => tx.query(writes));
    };
    await hold();
    expect(await waiting(100)).toBe(false);
    expect(warnings).toEqual(['job.held_back']);
    const ended = waiting(60_000);
    await late.query('commit');
    expect(await ended).toBe(true);
    expect(warnings).toHaveLength(1);

    await hold();
    const stopped = new AbortController();
    const aborted = openTransactionsEnded({ db, log, signal: stopped.signal }, 60_000);
    stopped.abort();
    expect(await aborted).toBe(false);
    await late.query('rollback');
  });
});

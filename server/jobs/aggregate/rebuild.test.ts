import { v7 as uuidv7 } from 'uuid';
import { expect, test } from 'vitest';
import type { Db } from '../../db/db.ts';
import { aggregateAll } from '../../testing/aggregate.ts';
import { describeDatabases, SILENT } from '../../testing/databases.ts';
import { aCall, anElement, aPage } from '../../testing/items.ts';
import { AT_ONCE, NOW, type TestApp, testApp } from '../../testing/test_app.ts';
import { createJobRunner } from '../runner.ts';
import { createAggregateJob } from './aggregate.ts';
import { askRebuild, isRebuilding } from './rebuild.ts';

/** Everything that is derived, without the numbers that rows were given. */
const DERIVED = {
  stats: `select scope, page_sig_id, elem_sig_id, success_ct, error_ct, run_ct, round(avg_latency, 6) as avg_latency, latency_ct,
    latency_sum, last_success_at from hint_stats s`,
  runs: `select s.page_sig_id, s.elem_sig_id, run_id, voter, day, succeeded, key_no from hint_stat_runs r
    join hint_stats s on s.project_id = r.project_id and s.id = r.stat_id`,
  tools: `select s.page_sig_id, s.elem_sig_id, tool_name, t.success_ct, t.error_ct from hint_stat_tools t
    join hint_stats s on s.project_id = t.project_id and s.id = t.stat_id`,
  days: `select s.page_sig_id, s.elem_sig_id, day, key_no, d.success_ct, d.error_ct, ok_run_ct, bad_run_ct from hint_stat_days d
    join hint_stats s on s.project_id = d.project_id and s.id = d.stat_id
    where (d.success_ct, d.error_ct, ok_run_ct, bad_run_ct) <> (0, 0, 0, 0)`,
  latencies: `select s.page_sig_id, s.elem_sig_id, bucket, l.latency_ct from hint_stat_latencies l
    join hint_stats s on s.project_id = l.project_id and s.id = l.stat_id`,
  votes: 'select * from hint_votes',
  joins: 'select page_key, from_selector, to_selector, report_ct, undone_at from element_joins',
  uses: 'select * from control_uses',
  requests: 'select * from control_requests',
  waits: 'select * from control_waits',
  signals: 'select * from control_signals',
};
const KEPT = {
  hints: `select id, hint_type, version, state, superseded_at, hint_data, confidence, evidence from hints`,
  changes: 'select id, hint_id, reason, actor from hint_changes',
  decisions: 'select elem_sig_id, hint_type, decision, version from hint_decisions',
};

describeDatabases('rebuild', (db) => {
  const read = async (queries: Readonly<Record<string, string>>) => {
    const told: Record<string, unknown[]> = {};
    for (const [name, sql] of Object.entries(queries))
      told[name] = await db().tx('admin', (tx) =>
        tx.query(`select to_jsonb(x) as row from (${sql}) x order by to_jsonb(x)::text`),
      );
    return told;
  };
  const lookup = async (t: TestApp) =>
    (await t.send('POST', '/hints/lookup', { url: 'https://shop.example/rebuild' })).body.element_hints;

  /** A project with calls, what followed them, reports, a join and a pin. */
  async function begin(): Promise<TestApp> {
    const t = await testApp(db());
    const tell = async (...items: readonly unknown[]) => {
      expect((await t.send('POST', '/v1/ingest', { items })).body).toMatchObject({ accepted: items.length });
      await aggregateAll(t, db());
    };
    const buttons = ['#buy', '#pay', '#help'].map((selector_norm) => anElement({ selector_norm }));
    const items = buttons.flatMap((element, n) =>
      [true, true, false].flatMap((success, seq) => {
        const context = { run_id: uuidv7(), instance_id: `instance-${n}` };
        const event_uuid = uuidv7();
        const call = aCall({
          context,
          seq,
          event_uuid,
          success,
          ended_at: `2026-06-15T11:00:0${1 + n + seq}Z`,
          page_signature: aPage('rebuild'),
          element_signatures: [element],
        });
        const requests = n === 0 ? [{ method: 'POST', path: '/orders/:id' }] : [];
        const wait = { visible: 100 * n, enabled: 200 * n };
        const data = { call: event_uuid, navigation: 'none', unseen_requests: 0, download: false, requests, wait };
        return [call, event('call.effects', data, context)];
      }),
    );
    await tell(...items.slice(0, 7));
    await tell(...items.slice(7));
    const first = (await lookup(t)).find(({ hint_type }: { hint_type: string }) => hint_type === 'best_selector');
    const form = { selector_norm: '#purchase', attr_fingerprint_hash: '00000000000000dd' };
    await tell(
      ...['a', 'b'].map((instance_id) =>
        event('hint.outcome', { hint_id: first.hint_id, outcome: 'found' }, { instance_id }),
      ),
      event('hint.outcome', { hint_id: first.hint_id, outcome: 'found', changed_to: form, confidence: 0.95 }, {}),
    );
    const pinned = await t.send('POST', `/v1/hints/${first.hint_id}/decision`, { decision: 'pin' });
    expect(pinned.status).toBe(200);
    await aggregateAll(t, db());
    return t;
  }

  test('adds up the same again, and hints, decisions and history stay', async () => {
    const t = await begin();
    const before = await read({ ...DERIVED, ...KEPT });
    for (const [name, rows] of Object.entries(before)) expect([name, rows.length > 0]).toEqual([name, true]);
    await askRebuild(db());
    await aggregateAll(t, db());
    expect(await read({ ...DERIVED, ...KEPT })).toEqual(before);
    expect(await db().tx('admin', isRebuilding)).toBe(false);
  });

  test('goes on where it was killed, and what is served meanwhile is what was served before', async () => {
    const t = await begin();
    const before = await read({ ...DERIVED, ...KEPT });
    const served = await lookup(t);
    await askRebuild(db());
    let killed = 0;
    for (let transactions = 1; await db().tx('admin', isRebuilding); transactions += 1) {
      const job = createAggregateJob(
        AT_ONCE,
        () => NOW,
        async () => {},
      );
      const runner = createJobRunner({ db: dyingAfter(db(), transactions), log: SILENT, jobs: [job] });
      if ((await runner.run('aggregate').catch(() => undefined))?.outcome !== 'succeeded') killed += 1;
      // A server that was killed leaves its lease.
      await db().tx('admin', (tx) => tx.query('delete from job_leases'));
      expect(await lookup(t)).toEqual(served);
      expect(await read(KEPT)).toEqual({ hints: before.hints, changes: before.changes, decisions: before.decisions });
    }
    expect(killed).toBeGreaterThan(15);
    await aggregateAll(t, db());
    expect(await read({ ...DERIVED, ...KEPT })).toEqual(before);
  });

  test('what an operator decides meanwhile is carried out, and nothing else is concluded', async () => {
    const t = await begin();
    const [hint, other] = (await lookup(t)).filter((each: { hint_type: string }) => each.hint_type === 'best_selector');
    await askRebuild(db());
    const die = {
      db: dyingAfter(db(), 9),
      log: SILENT,
      jobs: [
        createAggregateJob(
          AT_ONCE,
          () => NOW,
          async () => {},
        ),
      ],
    };
    await createJobRunner(die)
      .run('aggregate')
      .catch(() => undefined);
    expect((await t.send('POST', `/v1/hints/${other.hint_id}/decision`, { decision: 'veto' })).status).toBe(200);
    expect(await db().tx('admin', isRebuilding)).toBe(true);
    const ids = (await lookup(t)).map((each: { hint_id: string }) => each.hint_id);
    expect(ids).toContain(hint.hint_id);
    expect(ids).not.toContain(other.hint_id);
    await db().tx('admin', (tx) => tx.query('delete from job_leases'));
    await aggregateAll(t, db());
    expect((await lookup(t)).map((each: { hint_id: string }) => each.hint_id)).toEqual(ids);
  });
});

const event = (name: string, data: object, context: object) => ({
  kind: 'event',
  name,
  event_uuid: uuidv7(),
  occurred_at: '2026-06-15T11:00:00Z',
  context,
  data,
});

/** A database that does not answer after so many transactions, as to a server that was killed; the last one is rolled back. */
function dyingAfter(db: Db, transactions: number): Db {
  let left = transactions;
  return {
    ...db,
    tx: (scope, fn) =>
      db.tx(scope, async (tx) => {
        const result = await fn(tx);
        left -= 1;
        if (left < 0) throw new Error('killed');
        return result;
      }),
  };
}

import { v7 as uuidv7 } from 'uuid';
import { expect, test } from 'vitest';
import type { Db } from '../../db/db.ts';
import { joinAllOutcomes } from '../../testing/aggregate.ts';
import { describeDatabases, SILENT } from '../../testing/databases.ts';
import { hintedPage } from '../../testing/hinted_page.ts';
import { anElement, aPage } from '../../testing/items.ts';
import { upliftJob } from './uplift.ts';

describeDatabases('the uplift job', (db) => {
  /** A page whose hint the given number of runs was told or denied, and what is known of each of them. */
  async function exposed(count: number) {
    const page = await hintedPage(db());
    const runs = Array.from({ length: count }, () => uuidv7());
    for (const run of runs) await page.lookup(run);
    const outcomes = async () => {
      const rows = await page.rows();
      return runs.map((run) => {
        const row = rows.find(({ run_id }) => run_id === run);
        return row && [row.success, row.elapsed_ms];
      });
    };
    return { ...page, runs, outcomes, join: () => joinAllOutcomes(page.t, db()) };
  }

  test('joins the first call on the control after the exposure, and the time to the first that succeeded', async () => {
    const { send, use, runs, exposures, join, outcomes } = await exposed(8);
    const [right = '', second = '', never = '', before = '', other = '', state = '', after = '', unknown = ''] = runs;
    await exposures.flush();
    await send(
      use(right, 5),
      use(right, 9, { success: false }),
      use(second, 5, { success: false }),
      use(second, 8),
      use(never, 5, { success: false }),
      use(before, -60),
      use(other, 5, { element_signatures: [anElement({ selector_norm: '#help' })] }),
      use(state, 5, { page_signature: aPage('hinted', { dom_fingerprint_hash: '00000000000000cc' }) }),
      use(after, 3, { element_signatures: [] }),
      use(after, 5),
      use(unknown, 5, { success: null }),
    );
    await join();
    expect(await outcomes()).toEqual([
      [true, 6_000],
      [false, 9_000],
      [false, null],
      [null, null],
      [null, null],
      [true, 6_000],
      // From the end of the call before it.
      [true, 2_000],
      [null, null],
    ]);
  });

  test('joins what pages reported', async () => {
    const { send, use, report, runs, exposures, join, rows, hintId } = await exposed(4);
    const [found = '', refused = '', wrong = '', later = ''] = runs;
    await exposures.flush();
    await send(
      report(found, hintId, { outcome: 'found', acted: true }),
      report(refused, hintId, { outcome: 'ambiguous' }),
      report(wrong, hintId, { outcome: 'found' }),
      report(wrong, hintId, { outcome: 'wrong' }),
      use(wrong, 5),
      report(later, hintId, { outcome: 'not_found' }),
      report(later, '0', { outcome: 'wrong' }),
      report(later, 'x', { outcome: 'wrong' }),
    );
    await join();
    await send(report(later, hintId, { outcome: 'found' }));
    await join();
    const told = new Map((await rows()).map(({ run_id, ...row }) => [run_id, row]));
    expect(runs.map((run) => told.get(run))).toMatchObject([
      { verified: true, acted: true, reported_wrong: false, success: null },
      { verified: false, acted: false, reported_wrong: false },
      { verified: true, reported_wrong: true, success: true },
      { verified: true, acted: false, reported_wrong: false },
    ]);
  });

  test('it does not matter what arrives first', async () => {
    const { send, use, report, runs, exposures, join, outcomes, rows, hintId } = await exposed(3);
    const [call = '', first = '', previous = ''] = runs;
    await send(use(call, 5), report(call, hintId, { outcome: 'found' }), use(first, 9), use(previous, 9));
    await join();
    await exposures.flush();
    await join();
    expect(await outcomes()).toEqual([
      [true, 6_000],
      [true, 10_000],
      [true, 10_000],
    ]);
    expect((await rows()).find(({ run_id }) => run_id === call)).toMatchObject({ verified: true });

    await send(
      use(first, 4, { success: false }),
      use(previous, 5, { element_signatures: [], page_signature: undefined }),
    );
    await join();
    expect(await outcomes()).toEqual([
      [true, 6_000],
      [false, 10_000],
      [true, 4_000],
    ]);
  });

  test('evidence about another form of the control counts', async () => {
    const { t, send, use, runs, exposures, join, outcomes } = await exposed(1);
    const [run = ''] = runs;
    await exposures.flush();
    await db().tx('admin', (tx) =>
      tx.query(
        `insert into element_joins (project_id, page_key, from_selector, from_fingerprint, to_selector, to_fingerprint, held_at)
         values ($1, 'https://shop.example/hinted', '#buy', '00000000000000bb', '#order', '00000000000000bc', now())`,
        [t.projectId],
      ),
    );
    const form = { selector_norm: '#order', attr_fingerprint_hash: '00000000000000bc' };
    await send(use(run, 5, { element_signatures: [anElement(form)] }));
    await join();
    expect(await outcomes()).toEqual([[true, 6_000]]);
  });

  test('killed in any of its steps and run again, it counts nothing twice and skips nothing', async () => {
    for (const kill of [1, 2, 3, 4]) {
      const { send, use, report, runs, exposures, join, outcomes, hintId } = await exposed(4);
      await exposures.flush();
      for (const run of runs) await send(use(run, 5), report(run, hintId, { outcome: 'found' }));
      let left = kill;
      const dying: Db = {
        ...db(),
        tx: (scope, fn) =>
          db().tx(scope, async (tx) => {
            const result = await fn(tx);
            // Before the commit, which then does not come.
            if (--left === 0) throw new Error('killed');
            return result;
          }),
      };
      const context = { db: dying, log: SILENT, renew: async () => {}, signal: new AbortController().signal };
      await upliftJob.run(context).catch((error: Error) => expect(error.message).toBe('killed'));
      await join();
      expect(await outcomes()).toEqual(runs.map(() => [true, 6_000]));
      // All of it again, from the beginning.
      await db().tx('admin', (tx) => tx.query(`update job_watermarks set xid = '0' where job = 'uplift'`));
      const again = (await upliftJob.run({ ...context, db: db() })) as { outcomes: number };
      expect(again.outcomes).toBe(0);
      expect(await outcomes()).toEqual(runs.map(() => [true, 6_000]));
    }
  });
});

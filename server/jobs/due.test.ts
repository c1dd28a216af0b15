import { expect, test } from 'vitest';
import { describeDatabases, SILENT } from '../testing/databases.ts';
import { readHistory } from './history.ts';
import { createJobRunner } from './runner.ts';

describeDatabases('jobs that are due', (db) => {
  const MINUTE = 60_000;
  const runner = () =>
    createJobRunner({
      db: db(),
      log: SILENT,
      jobs: [
        { name: 'hourly', everyMs: 60 * MINUTE, run: async () => ({}) },
        { name: 'broken', everyMs: 60 * MINUTE, run: () => Promise.reject(new Error('no')) },
      ],
    });
  const later = (minutes: number) =>
    db().tx('admin', (tx) =>
      tx.query('update job_runs set started_at = started_at - make_interval(mins => $1::int)', [minutes]),
    );

  test('are those that nobody ran within their time; a failed one is tried again after ten minutes', async () => {
    expect(await runner().due()).toEqual(['hourly', 'broken']);
    await runner().run('hourly');
    await runner().run('broken');
    // Another server asks the same rows.
    expect(await runner().due()).toEqual([]);
    await later(11);
    expect(await runner().due()).toEqual(['broken']);
    await later(50);
    expect(await runner().due()).toEqual(['hourly', 'broken']);
  });

  test('a run that its server did not end counts for nothing', async () => {
    await db().tx('admin', (tx) => tx.query(`insert into job_runs (job, holder) values ('hourly', 'killed')`));
    expect(await runner().due()).toContain('hourly');
  });

  test('a run whose server was killed is put down as lost by the next that has the lease, and by nobody before', async () => {
    const runs = () =>
      db().tx('admin', (tx) =>
        tx.query(`select holder in ('killed', 'other') as dead, job, outcome, error from job_runs order by id`),
      );
    await db().tx('admin', async (tx) => {
      await tx.query('delete from job_runs');
      await tx.query(`insert into job_runs (job, holder) values ('hourly', 'killed'), ('broken', 'other')`);
      await tx.query(
        `insert into job_leases (job, holder, leased_until) values ('hourly', 'killed', now() + interval '1 minute')`,
      );
    });
    expect(await runner().run('hourly')).toMatchObject({ outcome: 'busy' });
    const before = [
      { dead: true, job: 'hourly', outcome: 'running', error: null },
      { dead: true, job: 'broken', outcome: 'running', error: null },
    ];
    expect(await runs()).toEqual(before);
    await db().tx('admin', (tx) => tx.query(`update job_leases set leased_until = now() - interval '1 second'`));
    expect(await runner().run('hourly')).toMatchObject({ outcome: 'succeeded' });
    expect(await runs()).toEqual([
      { ...before[0], outcome: 'failed', error: 'lost' },
      before[1],
      { dead: false, job: 'hourly', outcome: 'succeeded', error: null },
    ]);
    expect((await readHistory(db(), 'hourly', 9)).at(-1)).toMatchObject({ outcome: 'failed', seconds: null });
  });
});

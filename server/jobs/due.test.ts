import { expect, test } from 'vitest';
import { describeDatabases, SILENT } from '../testing/databases.ts';
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
});

import { expect } from 'vitest';
import type { Db } from '../db/db.ts';
import type { TestApp } from './test_app.ts';

/**
 * Runs the aggregate job until it has read all that is stored: it reads up to the oldest transaction of the whole cluster that is
 * still running, and that may belong to another suite.
 */
export const aggregateAll = (t: TestApp, db: Db): Promise<void> =>
  readAll(t, db, 'aggregate', ['tool_calls', 'events']);

/** As `aggregateAll`, for the uplift job. */
export const joinAllOutcomes = (t: TestApp, db: Db): Promise<void> =>
  readAll(t, db, 'uplift', ['tool_calls', 'events', 'hint_exposures']);

async function readAll(t: TestApp, db: Db, job: string, sources: readonly string[]): Promise<void> {
  const unread = sources.map(
    (source) =>
      `exists (select from ${source} where ingested_xid > (
         select xid from job_watermarks where job = '${job}' and source = '${source}'))`,
  );
  for (let tries = 0; tries < 600; tries += 1) {
    expect((await t.send('POST', `/internal/jobs/${job}`)).body).toMatchObject({ outcome: 'succeeded' });
    const [row] = await db.tx('admin', (tx) =>
      tx.query<{ unread: boolean }>(`select ${unread.join(' or ')} as unread`),
    );
    if (!row?.unread) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`the ${job} job does not come to an end`);
}

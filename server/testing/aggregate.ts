import { expect } from 'vitest';
import type { Db } from '../db/db.ts';
import type { TestApp } from './test_app.ts';

/**
 * Runs the aggregate job until it has read all that is stored: it reads up to the oldest transaction of the whole cluster that is
 * still running, and that may belong to another suite.
 */
export async function aggregateAll(t: TestApp, db: Db): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    expect((await t.send('POST', '/internal/jobs/aggregate')).body).toMatchObject({ outcome: 'succeeded' });
    const [row] = await db.tx('admin', (tx) =>
      tx.query<{ unread: boolean }>(
        `select exists (select from tool_calls where ingested_xid > (
             select xid from job_watermarks where job = 'aggregate' and source = 'tool_calls'))
           or exists (select from events where ingested_xid > (
             select xid from job_watermarks where job = 'aggregate' and source = 'events')) as unread`,
      ),
    );
    if (!row?.unread) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('the aggregate job does not come to an end');
}

import { v7 as uuidv7 } from 'uuid';
import { expect } from 'vitest';
import type { AppDeps } from '../app.ts';
import type { Db } from '../db/db.ts';
import { createExposureBuffer } from '../hints/exposure_buffer.ts';
import { writeExposures } from '../hints/write_exposures.ts';
import { aggregateAll } from './aggregate.ts';
import { SILENT } from './databases.ts';
import { aCall, anElement, aPage, type Fields } from './items.ts';
import { NOW, testApp } from './test_app.ts';

/** A project with one page, `https://shop.example/{path}`, whose control has an active hint, and what runs do there. */
export async function hintedPage(db: Db, changes: Partial<AppDeps> = {}, path = 'hinted') {
  // Written when a test says so.
  const exposures = createExposureBuffer({
    write: (projectId, rows) => writeExposures(db, projectId, rows),
    count: () => {},
    log: SILENT,
    delayMs: 3_600_000,
  });
  const t = await testApp(db, { holdoutPercent: 50, exposures, ...changes });
  const send = async (...items: Fields[]) => {
    const { body } = await t.send('POST', '/v1/ingest', { items });
    expect(body).toMatchObject({ accepted: items.length });
  };
  let calls = 0;
  /** A call on the control, `seconds` after the lookups of tests, that takes one second. */
  const use = (run_id: string, seconds: number, call: Fields = {}) =>
    aCall({
      seq: calls++,
      success: true,
      started_at: at(seconds),
      ended_at: at(seconds + 1),
      page_signature: aPage(path),
      element_signatures: [anElement()],
      ...call,
      context: { run_id, ...(call.context as Fields | undefined) },
    });
  const report = (run_id: string, hint_id: string, data: Fields) => ({
    kind: 'event',
    name: 'hint.outcome',
    event_uuid: uuidv7(),
    occurred_at: at(1),
    context: { run_id },
    data: { hint_id, version: 1, ...data },
  });
  const lookup = async (run_id?: string, fields: Fields = {}, key = t.secret) =>
    (await t.send('POST', '/hints/lookup', { url: `https://shop.example/${path}`, run_id, ...fields }, key)).body;
  const rows = () =>
    db.tx('admin', (tx) =>
      tx.query<Fields & { run_id: string; arm: string }>(
        `select run_id, hint_id::text, arm, success, elapsed_ms, verified, acted, reported_wrong from hint_exposures
         where project_id = $1 order by run_id, hint_id`,
        [t.projectId],
      ),
    );
  await send(use(uuidv7(), -3_600));
  await aggregateAll(t, db);
  const [hint] = (await t.send('GET', '/v1/hints?state=active')).body.hints;
  return { t, exposures, send, use, report, lookup, rows, hintId: String(hint.hint_id) };
}

const at = (seconds: number): string => new Date(NOW + 1000 * seconds).toISOString();

import { expect, test } from 'vitest';
import { DbUnavailable } from '../db/db.ts';
import { createLog } from '../log.ts';
import type { Exposure } from './exposure.ts';
import { createExposureBuffer, MAX_WAITING } from './exposure_buffer.ts';

const exposure = (hint_id: number, changes: Partial<Exposure> = {}): Exposure => ({
  project_id: 'p',
  run_id: 'r',
  hint_id: String(hint_id),
  arm: 'served',
  exposed_at: new Date(0),
  ...changes,
});
const many = (from: number, count: number) => Array.from({ length: count }, (_, n) => exposure(from + n));

/** A buffer that writes when it is told to, and the database behind it. */
function setUp() {
  const written: Exposure[] = [];
  const batches: [string, number][] = [];
  const counts = { written: 0, dropped: 0 };
  const logged: string[] = [];
  const db: { fails: Error | undefined } = { fails: undefined };
  const buffer = createExposureBuffer({
    async write(projectId, rows) {
      if (db.fails) throw db.fails;
      batches.push([projectId, rows.length]);
      written.push(...rows);
    },
    count: (outcome, count) => {
      counts[outcome] += count;
    },
    log: createLog('debug', (line) => logged.push(line)),
    delayMs: 3_600_000,
  });
  return { buffer, db, written, batches, counts, logged };
}

test('writes by project, in bounded batches, each exposure once', async () => {
  const { buffer, written, batches, counts } = setUp();
  buffer.add([...many(0, 300), exposure(1, { project_id: 'q' })]);
  buffer.add([...many(0, 300), exposure(1, { run_id: 's' })]);
  await buffer.flush();
  expect(batches.every(([, count]) => count <= 250)).toBe(true);
  expect(written).toHaveLength(302);
  expect(new Set(written.map(({ project_id, run_id, hint_id }) => `${project_id} ${run_id} ${hint_id}`)).size).toBe(
    302,
  );
  buffer.add(many(0, 300));
  await buffer.flush();
  expect(counts).toEqual({ written: 302, dropped: 0 });
});

test('keeps what the database does not take while it is away, up to a bound, and counts what it drops', async () => {
  const { buffer, db, written, counts } = setUp();
  db.fails = new DbUnavailable('away');
  buffer.add(many(0, 100));
  await buffer.flush();
  buffer.add(many(100, MAX_WAITING));
  await buffer.flush();
  expect([written.length, counts]).toEqual([0, { written: 0, dropped: 100 }]);
  db.fails = undefined;
  await buffer.flush();
  expect(written.map(({ hint_id }) => Number(hint_id)).sort((a, b) => a - b)).toEqual(
    Array.from({ length: MAX_WAITING }, (_, n) => n),
  );
  // What was dropped may be told again.
  buffer.add(many(MAX_WAITING, 100));
  await buffer.flush();
  expect(counts).toEqual({ written: MAX_WAITING + 100, dropped: 100 });
});

test('drops what the database refuses, says so, and goes on', async () => {
  const { buffer, db, written, counts, logged } = setUp();
  db.fails = new Error('secret value');
  buffer.add(many(0, 2));
  await buffer.flush();
  expect(counts).toEqual({ written: 0, dropped: 2 });
  expect(logged.join()).toContain('exposures.not_written');
  expect(logged.join()).not.toContain('secret value');
  db.fails = undefined;
  buffer.add(many(2, 1));
  await buffer.flush();
  expect(written).toHaveLength(1);
});

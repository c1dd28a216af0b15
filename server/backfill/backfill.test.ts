import { beforeAll, expect, test } from 'vitest';
import type { Db } from '../db/db.ts';
import { describeDatabases, SILENT } from '../testing/databases.ts';
import { aCall, anElement, aPage } from '../testing/items.ts';
import { createProject, NOW } from '../testing/test_app.ts';
import { backfill, type Progress, type Refused } from './backfill.ts';

const RUN = '0199a000-0000-7000-8000-000000000001';

async function* linesOf(lines: readonly string[]): AsyncIterable<string> {
  yield* lines;
}

describeDatabases('backfill', (db) => {
  let projectId: string;
  beforeAll(async () => {
    projectId = (await createProject(db())).projectId;
  });
  const run = async (lines: readonly string[], onProgress: (progress: Progress) => void = () => {}) => {
    const refused: Refused[] = [];
    const done = await backfill(
      { db: db(), log: SILENT, now: () => NOW },
      {
        projectId,
        source: '/data/old.jsonl',
        lines: linesOf(lines),
        onRefused: async (more) => {
          refused.push(...more);
        },
        onProgress,
      },
    );
    return { done, refused };
  };
  const stored = (database: Db) =>
    database.tx({ projectId }, (tx) =>
      tx.query(`select (select count(*)::int from tool_calls) as calls, (select count(*)::int from events) as events,
        (select count(*)::int from tool_call_ledger) as ledger, (select count(*)::int from page_signatures) as pages`),
    );

  test('is stopped and run again, refuses bad lines with reasons, and stores every good one once', async () => {
    const lines = Array.from({ length: 1200 }, (_, seq) =>
      JSON.stringify(
        aCall({ seq, context: { run_id: RUN }, page_signature: aPage('old'), element_signatures: [anElement()] }),
      ),
    );
    lines[3] = '{"tool_name": ';
    lines[4] = JSON.stringify(aCall({ surprise: 1 }));
    lines[5] = '';
    lines[6] = JSON.stringify(aCall({ tool_name: 'nul\0' }));
    lines[7] = `raw nul \0`;
    lines.push(JSON.stringify(aCall({ seq: 8, context: { run_id: RUN } })));
    const event = { kind: 'event', name: 'x', event_uuid: crypto.randomUUID(), occurred_at: '2026-01-01T00:00:00Z' };
    lines.push(JSON.stringify({ ...event, context: {} }));

    const stopped = run(lines, () => {
      throw new Error('stopped');
    });
    await expect(stopped).rejects.toThrow('stopped');
    expect(await stored(db())).toEqual([{ calls: 496, events: 0, ledger: 496, pages: 1 }]);

    const { done, refused } = await run(lines);
    expect(done).toEqual({ read: 1202, accepted: 700, duplicate: 0, refused: 1 });
    expect(refused).toMatchObject([{ line: 1201, code: 'seq_conflict' }]);
    expect(await stored(db())).toEqual([{ calls: 1195, events: 1, ledger: 1195, pages: 1 }]);

    // Read again from the beginning, everything is known.
    await db().tx('admin', (tx) => tx.query('delete from backfill_files'));
    const again = await run(lines);
    expect(again.done).toMatchObject({ accepted: 0, duplicate: 1196, refused: 5 });
    expect(again.refused.map(({ line, code }) => [line, code])).toEqual([
      [4, 'invalid_json'],
      [5, 'unknown_field'],
      [7, 'invalid_text'],
      [8, 'invalid_json'],
      [1201, 'seq_conflict'],
    ]);
    expect(await stored(db())).toEqual([{ calls: 1195, events: 1, ledger: 1195, pages: 1 }]);
    // A file that grew goes on after what was read.
    expect((await run([...lines, JSON.stringify(aCall())])).done).toMatchObject({ accepted: 1 });
  });
});

import { copyFile, mkdtemp, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OutboxEntry } from '../outbox.ts';
import { type Contents, createContents } from './contents.ts';
import { openJournal } from './journal.ts';
import { decodeJournal, encodeRecord, type JournalRecord } from './record.ts';

const uuid = fc.integer({ min: 0, max: 12 }).map((n) => `u${n}`);
const entryOf = (id: string, text: string): OutboxEntry => ({
  uuid: id,
  item: { kind: 'session', session_id: text, started_at: '2026-01-01T00:00:00Z' },
  bytes: 100,
  priority: 1,
  waits_for: 0,
  hold_until: 0,
});
const enqueue = fc
  .tuple(uuid, fc.string({ unit: 'binary' }))
  .map(([id, text]): JournalRecord => ({ step: 'enqueue', entry: entryOf(id, text) }));
const record: fc.Arbitrary<JournalRecord> = fc.oneof(
  { weight: 4, arbitrary: enqueue },
  fc.array(uuid).map((uuids): JournalRecord => ({ step: 'delivered', uuids })),
  uuid.map((id): JournalRecord => ({ step: 'dead', uuid: id, code: 'x', reason: 'r', at: 1 })),
  fc.array(uuid).map((uuids): JournalRecord => ({ step: 'drop', uuids, reason: 'queue_full' })),
  fc.constant<JournalRecord>({ step: 'refused', count: 2, reason: 'disk_full' }),
  uuid.map((id): JournalRecord => ({ step: 'retry', uuid: id })),
);

const folded = (records: readonly JournalRecord[]): Contents => {
  const contents = createContents();
  for (const each of records) contents.apply(each);
  return contents;
};
const shown = ({ queue, dead, totals, queuedBytes, bytes }: Contents) => ({
  queue: [...queue],
  dead: [...dead],
  totals: totals(),
  bytes: [queuedBytes(), bytes()],
});
function expectBalance({ queue, dead, totals }: Contents): void {
  const { enqueued, delivered, dropped } = totals();
  const drops = Object.values(dropped).reduce((sum, count) => sum + count, 0);
  expect(enqueued).toBe(delivered + queue.size + dead.size + drops);
}
const newFile = async (): Promise<string> => join(await mkdtemp(join(tmpdir(), 'laskobot-journal-')), 'j.jsonl');
async function keysOf(path: string): Promise<string[]> {
  const { contents, close } = await openJournal(path);
  await close();
  expectBalance(contents);
  return [...contents.queue.keys()];
}

describe('a journal', () => {
  it('is in balance after any records, and says the same once it was written anew', () => {
    fc.assert(
      fc.property(fc.array(record, { maxLength: 40 }), (records) => {
        const contents = folded(records);
        expectBalance(contents);
        expect(shown(folded(contents.records()))).toEqual(shown(contents));
      }),
    );
  });

  it('cut at any byte, reads as the whole records before the cut', () => {
    fc.assert(
      fc.property(fc.array(record, { minLength: 1, maxLength: 6 }), (records) => {
        const lines = records.map(encodeRecord);
        const whole = Buffer.concat(lines);
        for (let cut = 0; cut <= whole.length; cut += 1) {
          let complete = 0;
          for (let end = lines[0]!.length; end <= cut; end += lines[complete]?.length ?? Number.POSITIVE_INFINITY)
            complete += 1;
          const decoded = decodeJournal(whole.subarray(0, cut));
          expect(decoded.records).toEqual(records.slice(0, complete));
          expect(decoded.end).toBe(lines.slice(0, complete).reduce((sum, { length }) => sum + length, 0));
        }
      }),
      { numRuns: 10 },
    );
  });

  it('goes on after a cut, and passes over a damaged line', async () => {
    const path = await newFile();
    const journal = await openJournal(path);
    for (const id of ['a', 'b', 'c']) await journal.append({ step: 'enqueue', entry: entryOf(id, id) });
    await journal.close();
    const { size } = await stat(path);
    const cut = `${path}.cut`;
    await copyFile(path, cut);
    await truncate(cut, size - 3);
    const again = await openJournal(cut);
    expect([...again.contents.queue.keys()]).toEqual(['a', 'b']);
    await again.append({ step: 'enqueue', entry: entryOf('d', 'd') });
    await again.close();
    expect(await keysOf(cut)).toEqual(['a', 'b', 'd']);

    const damaged = (await readFile(path, 'utf8')).replace('"session_id":"b"', '"session_id":"B"');
    await writeFile(path, damaged);
    expect(await keysOf(path)).toEqual(['a', 'c']);
  });

  it('is written anew when most of it is settled', async () => {
    const path = await newFile();
    const journal = await openJournal(path);
    const text = 'x'.repeat(10_000);
    for (let n = 0; n < 60; n += 1) {
      await journal.append({ step: 'enqueue', entry: entryOf(`u${n}`, text) });
      await journal.append({ step: 'delivered', uuids: [`u${n}`] });
    }
    await journal.append({ step: 'enqueue', entry: entryOf('last', text) });
    expect((await stat(path)).size).toBeLessThan(300_000);
    await journal.close();
    const again = await openJournal(path);
    expect([...again.contents.queue.keys()]).toEqual(['last']);
    expect(again.contents.totals()).toMatchObject({ enqueued: 61, delivered: 60 });
    await again.close();
  });
});

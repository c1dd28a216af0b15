import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isStorableText } from '../../shared/protocol/schema.ts';
import { describeDatabases } from '../testing/databases.ts';
import { plainArray, textArray } from './array.ts';

describeDatabases('arrays', (db) => {
  it('gives any texts back as they were', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }).filter(isStorableText),
      fc.constantFrom('', 'null', 'NULL', '{}', '{a,b}', ',', '"', '\\', '\\"', ' a ', '\n', "'"),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.option(text, { nil: undefined }), { maxLength: 20 }), async (texts) => {
        const rows = await db().tx('admin', (tx) =>
          tx.query<{ value: string | null }>('select * from unnest($1::text[]) as value', [textArray(texts)]),
        );
        expect(rows.map(({ value }) => value ?? undefined)).toEqual(texts);
      }),
      { numRuns: 100 },
    );
  });

  it('gives numbers, truth and ids back', async () => {
    const id = '01890000-0000-7000-8000-000000000001';
    const [row] = await db().tx('admin', (tx) =>
      tx.query('select $1::int[] as numbers, $2::boolean[] as truth, $3::text[] as ids, $4::int[] as none', [
        plainArray([1, undefined, -3]),
        plainArray([true, null, false]),
        plainArray([id, id]),
        plainArray([]),
      ]),
    );
    expect(row).toEqual({ numbers: [1, null, -3], truth: [true, null, false], ids: [id, id], none: [] });
  });
});

import { textArray } from '../../db/array.ts';

type Numbers = Readonly<Record<string, number>>;

/** Rows of a key each, with sums and maxima of numbers: one statement cannot change a row of a table twice. */
export function createSums() {
  const rows = new Map<string, Record<string, string | number>>();
  return {
    add(key: Readonly<Record<string, string | number>>, sums: Numbers, maxima: Numbers = {}): void {
      // No text of Postgres has this in it.
      const id = Object.values(key).join('\0');
      const row = rows.get(id) ?? { ...key };
      rows.set(id, row);
      for (const [name, value] of Object.entries(sums)) row[name] = Number(row[name] ?? 0) + value;
      for (const [name, value] of Object.entries(maxima)) row[name] = Math.max(Number(row[name] ?? 0), value);
    },
    /** As parameters of `unnest`, an array a column: half the cost of records. */
    columns: (...names: readonly string[]): string[] =>
      names.map((name) =>
        textArray([...rows.values()].map((row) => (row[name] === undefined ? undefined : String(row[name])))),
      ),
    rows: (): readonly object[] => [...rows.values()],
  };
}

export type Sums = ReturnType<typeof createSums>;

import { plainArray, textArray } from '../../db/array.ts';

type Numbers = Readonly<Record<string, number>>;

/** Rows of a key each, with sums and maxima of numbers: one statement cannot change a row of a table twice. */
export function createSums() {
  const rows = new Map<string, Record<string, string | number>>();
  return {
    add(key: Readonly<Record<string, string | number>>, sums: Numbers, maxima: Numbers = {}): void {
      let id = '';
      // No text of Postgres has this in it.
      for (const name in key) id += `${key[name]}\0`;
      const row = rows.get(id);
      if (!row) {
        rows.set(id, { ...key, ...sums, ...maxima });
        return;
      }
      for (const name in sums) row[name] = Number(row[name] ?? 0) + (sums[name] ?? 0);
      for (const name in maxima) row[name] = Math.max(Number(row[name] ?? 0), maxima[name] ?? 0);
    },
    /** As parameters of `unnest`, an array a column: half the cost of records. */
    columns: (...names: readonly string[]): string[] =>
      names.map((name) => {
        const column = Array.from(rows.values(), (row) => row[name]);
        if (!column.some((value) => typeof value === 'string')) return plainArray(column);
        return textArray(column.map((value) => (value === undefined ? undefined : String(value))));
      }),
    rows: (): readonly object[] => [...rows.values()],
  };
}

export type Sums = ReturnType<typeof createSums>;

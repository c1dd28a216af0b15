/** Values without quotes, commas, spaces or braces in them, as the text of a Postgres array; undefined and null are null. */
export function plainArray(values: readonly (string | number | boolean | null | undefined)[]): string {
  let array = '';
  for (const value of values) array += array === '' ? (value ?? 'null') : `,${value ?? 'null'}`;
  return `{${array}}`;
}

/** Any texts as the text of a Postgres `text[]`; undefined is null. */
export function textArray(values: readonly (string | undefined)[]): string {
  let array = '';
  for (const value of values) {
    const element = value === undefined ? 'null' : `"${/["\\]/.test(value) ? value.replace(/["\\]/g, '\\$&') : value}"`;
    array += array === '' ? element : `,${element}`;
  }
  return `{${array}}`;
}

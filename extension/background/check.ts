/**
 * Whether a value has a shape. Messages are checked with these few functions instead of zod, which would be a third of what the
 * background loads. None of them throws, whatever the value.
 */
export type Check = (value: unknown) => boolean;

/** At most `max` UTF-16 units. */
export const text =
  (max: number, min = 0): Check =>
  (value) =>
    typeof value === 'string' && value.length <= max && value.length >= min;

export const matching =
  (pattern: RegExp): Check =>
  (value) =>
    typeof value === 'string' && value.length <= 64 && pattern.test(value);

export const number =
  (min: number, max: number): Check =>
  (value) =>
    typeof value === 'number' && value >= min && value <= max;

export const integer = (max: number): Check => {
  const bounded = number(0, max);
  return (value) => Number.isInteger(value) && bounded(value);
};

export const bool: Check = (value) => typeof value === 'boolean';

export const oneOf =
  (values: readonly string[]): Check =>
  (value) =>
    values.includes(value as string);

export const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);

export const list =
  (check: Check, max: number): Check =>
  (value) =>
    Array.isArray(value) && value.length <= max && value.every(check);

/** Of these fields and no others. */
export const object =
  (fields: Readonly<Record<string, Check>>): Check =>
  (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    const entries = value as Readonly<Record<string, unknown>>;
    return (
      Object.keys(entries).every((name) => Object.hasOwn(fields, name)) &&
      Object.entries(fields).every(([name, check]) => check(entries[name]))
    );
  };

/** What JSON can say in so many characters; undefined passes, since it says nothing. */
export const json =
  (max: number): Check =>
  (value) => {
    try {
      return (JSON.stringify(value)?.length ?? 0) <= max;
    } catch {
      return false;
    }
  };

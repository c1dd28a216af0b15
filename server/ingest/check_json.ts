import { MAX_JSON_BYTES, MAX_JSON_DEPTH } from '../../shared/protocol/limits.ts';
import { isStorableText } from '../../shared/protocol/schema.ts';
import type { Refusal } from './refusal.ts';

/** A UTF-16 unit takes at most six bytes, as \\u001f; a number, true, false or null at most 25. */
const MAX_UNIT_BYTES = 6;
const MAX_SCALAR_BYTES = 25;

/** U+0000 or half of a surrogate pair, as JSON escapes it. */
const UNSTORABLE = /\\u(?:0000|[dD][89a-fA-F])/;

/** Whether all texts within JSON are certainly `isStorableText`; of JSON that was decoded from UTF-8, and parses. */
export const isStorableJson = (json: string): boolean => !json.includes('\\u') || !UNSTORABLE.test(json);

/**
 * Why Postgres could not store a value as jsonb, or why it is larger than the bounds; undefined where it can. `storable`: its
 * texts are known to be `isStorableText`.
 */
export function checkJson(field: string, value: unknown, storable: boolean): Refusal | undefined {
  const most = bytesAtMost(field, value, storable, 0);
  if (typeof most !== 'number') return most;
  // Most values are small, and need not be written out to be measured.
  const fits = most <= MAX_JSON_BYTES || new TextEncoder().encode(JSON.stringify(value)).byteLength <= MAX_JSON_BYTES;
  return fits ? undefined : { code: 'too_large', reason: `${field}: more than ${MAX_JSON_BYTES} bytes of JSON` };
}

/** A bound on the bytes of a value as JSON, or why it cannot be stored. */
function bytesAtMost(field: string, value: unknown, storable: boolean, depth: number): number | Refusal {
  if (typeof value === 'string') return textBytesAtMost(field, value, storable);
  if (typeof value === 'number' && !Number.isFinite(value)) {
    return { code: 'out_of_range', reason: `${field}: a number beyond a double` };
  }
  if (typeof value !== 'object' || value === null) return MAX_SCALAR_BYTES;
  if (depth >= MAX_JSON_DEPTH) return { code: 'too_large', reason: `${field}: nested deeper than ${MAX_JSON_DEPTH}` };
  let sum = 2;
  for (const key of Object.keys(value)) {
    const ofKey = Array.isArray(value) ? 0 : textBytesAtMost(field, key, storable);
    if (typeof ofKey !== 'number') return ofKey;
    const ofValue = bytesAtMost(field, value[key as keyof typeof value], storable, depth + 1);
    if (typeof ofValue !== 'number') return ofValue;
    sum += ofKey + ofValue + 2;
  }
  return sum;
}

const textBytesAtMost = (field: string, text: string, storable: boolean): number | Refusal =>
  storable || isStorableText(text)
    ? text.length * MAX_UNIT_BYTES + 2
    : { code: 'invalid_text', reason: `${field}: holds U+0000 or an unpaired surrogate` };

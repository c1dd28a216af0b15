import { MAX_JSON_BYTES, MAX_JSON_DEPTH } from '../../shared/protocol/limits.ts';
import { isStorableText } from '../../shared/protocol/schema.ts';
import type { Refusal } from './refusal.ts';

/** Why Postgres could not store a value as jsonb, or why it is larger than the bounds; undefined where it can. */
export function checkJson(field: string, value: unknown): Refusal | undefined {
  const refusal = checkNode(field, value, 0);
  if (refusal) return refusal;
  const json = JSON.stringify(value) ?? '';
  // UTF-8 takes at most three bytes for a UTF-16 unit, so most values need no encoding to be measured.
  const fits =
    json.length * 3 <= MAX_JSON_BYTES ||
    (json.length <= MAX_JSON_BYTES && new TextEncoder().encode(json).byteLength <= MAX_JSON_BYTES);
  return fits ? undefined : { code: 'too_large', reason: `${field}: more than ${MAX_JSON_BYTES} bytes of JSON` };
}

function checkNode(field: string, value: unknown, depth: number): Refusal | undefined {
  if (typeof value === 'string') return checkText(field, value);
  if (typeof value === 'number') {
    return Number.isFinite(value) ? undefined : { code: 'out_of_range', reason: `${field}: a number beyond a double` };
  }
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth >= MAX_JSON_DEPTH) return { code: 'too_large', reason: `${field}: nested deeper than ${MAX_JSON_DEPTH}` };
  if (!Array.isArray(value)) {
    for (const key of Object.keys(value)) {
      const refusal = checkText(field, key);
      if (refusal) return refusal;
    }
  }
  for (const each of Object.values(value)) {
    const refusal = checkNode(field, each, depth + 1);
    if (refusal) return refusal;
  }
  return undefined;
}

const checkText = (field: string, text: string): Refusal | undefined =>
  isStorableText(text)
    ? undefined
    : { code: 'invalid_text', reason: `${field}: holds U+0000 or an unpaired surrogate` };

import { MAX_JSON_BYTES } from '../shared/protocol/limits.ts';

/** A value as JSON has it; undefined where it is none, or larger than a call may hold. */
export function jsonOf(value: unknown): unknown {
  try {
    const text = JSON.stringify(value);
    if (text === undefined) return undefined;
    return text.length <= MAX_JSON_BYTES / 2 ? JSON.parse(text) : { left_out: 'too large', characters: text.length };
  } catch {
    return undefined;
  }
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

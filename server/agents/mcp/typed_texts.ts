import { createTaint } from '../../../shared/privacy/taint.ts';
import type { TypedTexts } from './call.ts';

/** Longest text kept to be compared as a whole: what is longer is found by its parts. */
const MAX_EXACT_CHARS = 64;
/** Most of them; the oldest go first. */
const MAX_EXACT = 1000;

export interface TypedMemory extends TypedTexts {
  add(texts: readonly string[]): void;
}

/** Remembers what was typed in a session. */
export function createTypedTexts(): TypedMemory {
  const taint = createTaint();
  const exactly = new Set<string>();
  return {
    taint,
    exactly,
    add(texts) {
      for (const text of texts) {
        taint.add(text);
        const trimmed = text.trim();
        if (trimmed === '' || trimmed.length > MAX_EXACT_CHARS) continue;
        exactly.add(trimmed);
        if (exactly.size > MAX_EXACT) exactly.delete(exactly.values().next().value!);
      }
    },
  };
}

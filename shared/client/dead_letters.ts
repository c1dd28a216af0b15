import type { DeadLetter } from './outbox.ts';

/** Dead letters as JSON lines, one `DeadLetter` each: what an export holds. Empty for none. */
export const toJsonLines = (letters: readonly DeadLetter[]): string =>
  letters.map((letter) => `${JSON.stringify(letter)}\n`).join('');

import { type DeadLetter, MAX_DEAD_BYTES, MAX_DEAD_LETTERS, sizeOf } from './outbox.ts';

/** Dead letters as JSON lines, one `DeadLetter` each: what an export holds. Empty for none. */
export const toJsonLines = (letters: readonly DeadLetter[]): string =>
  letters.map((letter) => `${JSON.stringify(letter)}\n`).join('');

/** Which of them, told oldest first, must go: only the newest are kept, within both bounds. */
export function excessLetters(letters: readonly DeadLetter[]): string[] {
  let bytes = 0;
  const first = letters.findLastIndex(({ item }, at) => {
    bytes += sizeOf(item);
    return bytes > MAX_DEAD_BYTES || letters.length - at > MAX_DEAD_LETTERS;
  });
  return letters.slice(0, first + 1).map(({ uuid }) => uuid);
}

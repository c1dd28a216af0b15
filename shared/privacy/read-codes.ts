/** Longest text that is read. */
export const MAX_SURVEY_CHARS = 4096;

/**
 * Engines have several kinds of strings, and look a method of theirs up at each call once they met more kinds than a few; not so
 * where it is called as a function.
 */
const { charCodeAt } = String.prototype;

const encoder = new TextEncoder();
const bytes = new Uint8Array(MAX_SURVEY_CHARS);
/** From here on it is cheaper to have a text encoded at once than to ask for each of its units. */
const MIN_ENCODED = 32;

/** Reads the units of a text, and a 0 behind them. */
export function readCodes(text: string, codes: Uint16Array): void {
  const { length } = text;
  codes[length] = 0;
  if (length >= MIN_ENCODED) {
    const { read, written } = encoder.encodeInto(text, bytes);
    if (read === length && written === length) {
      for (let at = 0; at < length; at += 1) codes[at] = bytes[at]!;
      return;
    }
  }
  for (let at = 0; at < length; at += 1) codes[at] = charCodeAt.call(text, at);
}

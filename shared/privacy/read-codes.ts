/** Longest text that is read. */
export const MAX_SURVEY_CHARS = 4096;

/**
 * Engines have several kinds of strings, and look a method of theirs up at each call once they met more kinds than a few; not so
 * where it is called as a function.
 */
const { charCodeAt } = String.prototype;

/** Reads the units of a text, and a 0 behind them. */
export function readCodes(text: string, codes: Uint16Array): void {
  const { length } = text;
  for (let at = 0; at < length; at += 1) codes[at] = charCodeAt.call(text, at);
  codes[length] = 0;
}

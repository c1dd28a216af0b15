import { detect } from './detect.ts';

/** Longest text looked at, in UTF-16 units; what comes after is dropped. */
export const MAX_SCRUB_CHARS = 64 * 1024;
/** What stands for a text that could not be scrubbed. */
export const SCRUBBED = '[scrubbed]';
/** A replacement can bring what stood around it together into something new; after this many rounds nothing is kept. */
const MAX_ROUNDS = 4;

function once(text: string): string {
  const bounded = text.length > MAX_SCRUB_CHARS ? text.slice(0, MAX_SCRUB_CHARS) : text;
  let at = 0;
  let clean = '';
  for (const { kind, start, end } of detect(bounded)) {
    clean += `${bounded.slice(at, start)}[${kind}]`;
    at = end;
  }
  return clean + bounded.slice(at);
}

/** The text with `[email]`, `[card]` … in place of what was found. Applying it again changes nothing. */
export function scrub(text: string): string {
  let clean = text;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const next = once(clean);
    if (next === clean) return clean;
    clean = next;
  }
  return SCRUBBED;
}

/** A scrubber that gives `[scrubbed]` where the other throws: the content never gets through by accident. */
export const safely =
  (scrubber: (text: string) => string): ((text: string) => string) =>
  (text) => {
    try {
      return scrubber(text);
    } catch {
      return SCRUBBED;
    }
  };

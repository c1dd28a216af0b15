import { detect } from './detect.ts';
import type { Detector } from './detectors/detector.ts';
import { PAGE_DETECTORS } from './detectors/page.ts';
import { SCRUBBED } from './scrubbed.ts';

/** Longest text looked at, in UTF-16 units; what comes after is dropped. */
export const MAX_SCRUB_CHARS = 64 * 1024;
/** A replacement can bring what stood around it together into something new; after this many rounds nothing is kept. */
const MAX_ROUNDS = 6;

function once(text: string, detectors: readonly Detector[]): string {
  let at = 0;
  let clean = '';
  for (const { kind, start, end } of detect(text, detectors)) {
    clean += `${text.slice(at, start)}[${kind}]`;
    at = end;
  }
  return at === 0 ? text : clean + text.slice(at);
}

export type Scrub = (text: string) => string;

/** A scrubber that puts `[email]`, `[card]` … in place of what the detectors find. Applying it again changes nothing. */
export const createScrub =
  (detectors: readonly Detector[]): Scrub =>
  (text) => {
    let clean = text.length > MAX_SCRUB_CHARS ? text.slice(0, MAX_SCRUB_CHARS) : text;
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const next = once(clean, detectors);
      if (next === clean) return clean;
      clean = next.length > MAX_SCRUB_CHARS ? next.slice(0, MAX_SCRUB_CHARS) : next;
    }
    return SCRUBBED;
  };

/** With the detectors that every page loads. */
export const scrub: Scrub = createScrub(PAGE_DETECTORS);

/** A scrubber that gives `[scrubbed]` where the other throws: the content never gets through by accident. */
export const safely =
  (scrubber: Scrub): Scrub =>
  (text) => {
    try {
      return scrubber(text);
    } catch {
      return SCRUBBED;
    }
  };

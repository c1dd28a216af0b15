import { createDetect } from './detect.ts';
import type { Detector } from './detectors/detector.ts';
import { PAGE_DETECTORS } from './detectors/page.ts';
import { MAX_PIECE_CHARS } from './pieces.ts';
import { replaced } from './replaced.ts';
import { resurvey } from './resurvey.ts';
import { SCRUBBED } from './scrubbed.ts';
import { type Survey, survey } from './survey.ts';

/** Longest text looked at, in UTF-16 units; what comes after is dropped. */
export const MAX_SCRUB_CHARS = 64 * 1024;
/** A replacement can bring what stood around it together into something new; after this many rounds nothing is kept. */
const MAX_ROUNDS = 6;

const cut = (text: string): string => (text.length > MAX_SCRUB_CHARS ? text.slice(0, MAX_SCRUB_CHARS) : text);

export type Scrub = (text: string) => string;

/** A scrubber that puts `[email]`, `[card]` … in place of what the detectors find. Applying it again changes nothing. */
export function createScrub(detectors: readonly Detector[]): Scrub {
  const { inSurvey, inPieces, mayFindMore } = createDetect(detectors);
  return (text) => {
    let clean = cut(text);
    let surveyed: Survey | undefined;
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const whole = clean.length <= MAX_PIECE_CHARS;
      if (whole) surveyed ??= survey(clean);
      const found = whole && surveyed ? inSurvey(surveyed) : inPieces(clean);
      const { findings } = found;
      if (findings.length === 0) return clean;
      const next = cut(replaced(clean, findings));
      if (next === clean || (surveyed && !mayFindMore(surveyed, found))) return next;
      surveyed = surveyed && next.length <= MAX_PIECE_CHARS ? resurvey(surveyed, next, found) : undefined;
      clean = next;
    }
    return SCRUBBED;
  };
}

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

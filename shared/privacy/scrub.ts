import { detectAll } from './detect.ts';
import type { Detector } from './detectors/detector.ts';
import { PAGE_DETECTORS } from './detectors/page.ts';

/** Longest text looked at, in UTF-16 units; what comes after is dropped. */
export const MAX_SCRUB_CHARS = 64 * 1024;
/** What stands for a text that could not be scrubbed. */
export const SCRUBBED = '[scrubbed]';
/** A replacement can bring what stood around it together into something new; after this many rounds nothing is kept. */
const MAX_ROUNDS = 6;

/** Beside these a placeholder could become part of something new; beside a number, that could be a shorter one now. */
const JOINS_AFTER = /^(?:[\p{L}\p{N}@%+~=/_-]|[\s().,/+-]{1,4}\d)/u;
const JOINS_BEFORE = /(?:[\p{L}\p{N}@%+~=/_-]|\d[\s().,/+-]{1,4})$/u;

interface Once {
  readonly clean: string;
  /** Nothing more can be found in `clean`: no finding was cut by another, none stood inside a word. */
  readonly settled: boolean;
}

function once(text: string, detectors: readonly Detector[]): Once {
  const { found, overlapped } = detectAll(text, detectors);
  let at = 0;
  let clean = '';
  let settled = !overlapped;
  for (const { kind, start, end } of found) {
    clean += `${text.slice(at, start)}[${kind}]`;
    at = end;
    settled &&=
      !JOINS_BEFORE.test(text.slice(Math.max(0, start - 6), start)) && !JOINS_AFTER.test(text.slice(end, end + 6));
  }
  return { clean: at === 0 ? text : clean + text.slice(at), settled };
}

export type Scrub = (text: string) => string;

/** A scrubber that puts `[email]`, `[card]` … in place of what the detectors find. Applying it again changes nothing. */
export const createScrub =
  (detectors: readonly Detector[]): Scrub =>
  (text) => {
    let clean = text.length > MAX_SCRUB_CHARS ? text.slice(0, MAX_SCRUB_CHARS) : text;
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const next = once(clean, detectors);
      if (next.clean === clean) return clean;
      clean = next.clean.length > MAX_SCRUB_CHARS ? next.clean.slice(0, MAX_SCRUB_CHARS) : next.clean;
      if (next.settled) return clean;
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

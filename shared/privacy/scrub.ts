import { detectAll } from './detect.ts';
import type { Detector } from './detectors/detector.ts';
import { PAGE_DETECTORS } from './detectors/page.ts';
import { isDigit } from './detectors/words.ts';

/** Longest text looked at, in UTF-16 units; what comes after is dropped. */
export const MAX_SCRUB_CHARS = 64 * 1024;
/** What stands for a text that could not be scrubbed. */
export const SCRUBBED = '[scrubbed]';
/** A replacement can bring what stood around it together into something new; after this many rounds nothing is kept. */
const MAX_ROUNDS = 6;

/** Beside these a placeholder could become part of something new; beside a number, that could be a shorter one now. */
function joins(text: string, at: number, step: 1 | -1): boolean {
  const next = text[at] ?? '';
  if (/[\p{L}\p{N}@%+~=/_-]/u.test(next)) return true;
  for (let skipped = 0; skipped < 4 && ' ().,\n\t'.includes(text[at + skipped * step] ?? '\0'); skipped += 1)
    if (isDigit(text, at + (skipped + 1) * step)) return true;
  return false;
}

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
    settled &&= !joins(text, start - 1, -1) && !joins(text, end, 1);
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

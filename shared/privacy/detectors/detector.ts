import type { Traits } from '../traits.ts';

/** Where something stands in a text, in UTF-16 units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** One kind of personal or secret data and how to find it. */
export interface Detector {
  /** What stands in the placeholder. */
  readonly kind: string;
  /** Tells it from others of its kind. */
  readonly name: string;
  /** Without these there is nothing to find, which is cheaper to know than to look. */
  readonly needs: Traits;
  /** In linear time, in any text. */
  readonly find: (text: string) => readonly Span[];
}

const NONE: readonly Span[] = [];

/**
 * Finds what a global pattern matches: its group `it`, else the whole match, with the group `before` that a lookbehind read in
 * front of it. `accept` says how many characters of that are the finding, 0 for none; the search then goes on one further.
 *
 * Patterns are linear: every repetition is bounded, or can start only once in a run of its characters. They begin with the
 * rarest character of what they look for (`=`, `@`, a digit), and read what stands before it backwards.
 */
export const byPattern =
  (pattern: RegExp, accept?: (match: string, text: string, start: number) => number): Detector['find'] =>
  (text) => {
    pattern.lastIndex = 0;
    let match = pattern.exec(text);
    if (!match) return NONE;
    const spans: Span[] = [];
    for (; match; match = pattern.exec(text)) {
      const [whole] = match;
      const { index } = match;
      const { before = '', it } = match.groups ?? {};
      const start = it === undefined ? index - before.length : index + whole.lastIndexOf(it);
      const found = it ?? before + whole;
      const length = accept ? accept(found, text, start) : found.length;
      if (length > 0) spans.push({ start, end: start + length });
      pattern.lastIndex = Math.max(start + length, index + 1);
    }
    return spans;
  };

export const all = (is: (match: string) => boolean) => (match: string) => (is(match) ? match.length : 0);

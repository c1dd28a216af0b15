import { type Detector, NONE, type Span } from './detector.ts';

/** How many characters of what a pattern found are the finding; 0 for none. */
export type Accept = (match: string, text: string, start: number) => number;

export const all =
  (is: (match: string) => boolean): Accept =>
  (match) =>
    is(match) ? match.length : 0;

/** A pattern, and where in its matches its named groups stand; 0 for none. */
export interface Reader {
  readonly pattern: RegExp;
  readonly before: number;
  readonly it: number;
}

const OPENINGS = /\\.|\[(?:\\.|[^\]\\])*\]|\((?!\?)|\(\?<(?<name>\w+)>/g;

/** Reads the pattern's named groups by their places: by name, engines make an object of them for each match. */
export function readerOf(named: RegExp): Reader {
  const groups = [...named.source.matchAll(OPENINGS)].filter(([opening]) => opening.startsWith('('));
  const placeOf = (name: string): number => groups.findIndex((group) => group.groups?.name === name) + 1;
  const source = named.source.replace(/\(\?<\w+>/g, '(');
  return { pattern: new RegExp(source, named.flags), before: placeOf('before'), it: placeOf('it') };
}

/** The finding in a match: its group `it`, else the whole, with the group `before` that a lookbehind read in front of it. */
export function spanOf(
  match: RegExpExecArray,
  reader: Reader,
  accept: Accept | undefined,
  text: string,
): Span | undefined {
  const whole = match[0];
  const { index } = match;
  const before = reader.before > 0 ? (match[reader.before] ?? '') : '';
  const it = reader.it > 0 ? match[reader.it] : undefined;
  const start = it === undefined ? index - before.length : index + whole.lastIndexOf(it);
  const found = it ?? before + whole;
  const length = accept ? accept(found, text, start) : found.length;
  return length > 0 ? { start, end: start + length } : undefined;
}

/**
 * Finds what a global pattern matches, anywhere. Where it is not accepted, the search goes on one character further.
 *
 * Patterns are linear: every repetition is bounded, or can start only once in a run of its characters. They begin with the
 * rarest character of what they look for (`=`, `@`, a digit), and read what stands before it backwards: into the finding
 * before it where two are glued together, which are then one.
 */
export function byPattern(named: RegExp, accept?: Accept): Detector['find'] {
  const reader = readerOf(named);
  const { pattern } = reader;
  return ({ text }) => {
    pattern.lastIndex = 0;
    let match = pattern.exec(text);
    if (!match) return NONE;
    const spans: Span[] = [];
    for (; match; match = pattern.exec(text)) {
      const span = spanOf(match, reader, accept, text);
      const last = spans.at(-1);
      if (span && last && span.start < last.end)
        spans[spans.length - 1] = { start: last.start, end: Math.max(last.end, span.end) };
      else if (span) spans.push(span);
      pattern.lastIndex = Math.max(span ? span.end : 0, match.index + 1);
    }
    return spans;
  };
}

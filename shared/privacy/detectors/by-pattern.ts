import { asciiSet } from '../words.ts';
import { type Detector, type May, NONE, type Span } from './detector.ts';

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
function spanOf(match: RegExpExecArray, reader: Reader, accept: Accept | undefined, text: string): Span | undefined {
  const whole = match[0];
  const { index } = match;
  const before = reader.before > 0 ? (match[reader.before] ?? '') : '';
  const it = reader.it > 0 ? match[reader.it] : undefined;
  const start = it === undefined ? index - before.length : index + whole.lastIndexOf(it);
  const found = it ?? before + whole;
  const length = accept ? accept(found, text, start) : found.length;
  return length > 0 ? { start, end: start + length } : undefined;
}

/** Reads what a sticky pattern matches at a place; without groups, engines need not make an object of it. */
export function readAt(reader: Reader, accept?: Accept): (text: string, at: number) => Span | undefined {
  const { pattern } = reader;
  if (reader.before > 0 || reader.it > 0)
    return (text, at) => {
      pattern.lastIndex = at;
      const match = pattern.exec(text);
      return match ? spanOf(match, reader, accept, text) : undefined;
    };
  return (text, at) => {
    pattern.lastIndex = at;
    if (!pattern.test(text)) return undefined;
    const end = pattern.lastIndex;
    if (!accept) return { start: at, end };
    const length = accept(text.slice(at, end), text, at);
    return length > 0 ? { start: at, end: at + length } : undefined;
  };
}

/**
 * Finds what a sticky pattern matches, wherever it begins with one of certain characters and nothing says that it may not. Where it
 * is not accepted, the search goes on one character further.
 *
 * Patterns are linear: every repetition is bounded, or can start only once in a run of its characters. They begin with the
 * rarest character of what they look for (`=`, `@`, a digit), and read what stands before it backwards: into the finding
 * before it where two are glued together, which are then one.
 */
export function byPattern(begins: RegExp, named: RegExp, accept?: Accept, may?: May): Detector['find'] {
  const read = readAt(readerOf(named), accept);
  const firsts = asciiSet(begins);
  return ({ text, codes }) => {
    const { length } = text;
    let spans: Span[] | undefined;
    for (let at = 0; at < length; at += 1) {
      const code = codes[at]!;
      if (code >= 128 || firsts[code] === 0 || (may && !may(codes, at))) continue;
      const span = read(text, at);
      if (!span) continue;
      spans ??= [];
      const last = spans.at(-1);
      if (last && span.start < last.end)
        spans[spans.length - 1] = { start: last.start, end: Math.max(last.end, span.end) };
      else spans.push(span);
      at = Math.max(span.end - 1, at);
    }
    return spans ?? NONE;
  };
}

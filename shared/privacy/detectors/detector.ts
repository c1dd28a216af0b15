import { ANY_SHAPE, digitsOf, kindAt } from '../shapes.ts';
import type { Survey } from '../survey.ts';
import type { Codes } from '../words.ts';

/** Where something stands in a text, in UTF-16 units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** What a text must hold, or there is nothing to find in it: which is cheaper to know than to look. */
export interface Needs {
  /** Digits of one number. */
  readonly cluster: number;
  readonly marks: number;
}

/** One kind of personal or secret data and how to find it. */
export interface Detector {
  /** What stands in the placeholder. */
  readonly kind: string;
  /** Tells it from others of its kind. */
  readonly name: string;
  readonly needs: Needs;
  /** Of what begins at a number: which numbers it may be at. */
  readonly place?: Place;
  /** In linear time, in any text. */
  readonly find: (survey: Survey) => readonly Span[];
}

export const needs = (cluster: number, marks = 0): Needs => ({ cluster, marks });

export const NONE: readonly Span[] = [];

/** How many characters of what a pattern found are the finding; 0 for none. */
export type Accept = (match: string, text: string, start: number) => number;

/** A pattern, and where in its matches its named groups stand; 0 for none. */
interface Reader {
  readonly pattern: RegExp;
  readonly before: number;
  readonly it: number;
}

const OPENINGS = /\\.|\[(?:\\.|[^\]\\])*\]|\((?!\?)|\(\?<(?<name>\w+)>/g;

/** Reads the pattern's named groups by their places: by name, engines make an object of them for each match. */
function readerOf(named: RegExp): Reader {
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

/** Whether something may stand at a place; it says no only where nothing does. */
type May = (codes: Codes, at: number) => boolean;

/** Which numbers of a text something may be at. */
export interface Place {
  /** Shapes, one of which each has. */
  readonly lengths: number;
  readonly around?: number;
  /** Digits from the number on, over the separators that numbers are written with. */
  readonly digits?: number;
  /** Classes of the characters, at most two, that may stand before the number and belong to it. */
  readonly lead?: number;
  /** Refuses most places without the pattern. */
  readonly may?: May;
}

/** Tells what stands exactly there, not before where the last finding ended. */
type At = (survey: Survey, at: number, from: number) => Span | undefined;

const MAX_LEAD = 2;

/** Finds what begins at a number, by its shape first. */
export function atNumbers(place: Place, find: At): Pick<Detector, 'place' | 'find'> {
  const { lengths, around = ANY_SHAPE, digits = 1, lead = 0, may } = place;
  return {
    place,
    find(survey) {
      const { codes, numbers, shapes, numberCount } = survey;
      let spans: Span[] | undefined;
      let next = 0;
      for (let index = 0; index < numberCount; index += 1) {
        const shape = shapes[index]!;
        if (!(shape & lengths && shape & around) || digitsOf(shape) < digits) continue;
        const number = numbers[index]!;
        let at = number;
        if (lead !== 0) while (number - at < MAX_LEAD && kindAt(codes, at - 1) & lead) at -= 1;
        for (at = Math.max(at, next); at <= number; at += 1) {
          if (may && !may(codes, at)) continue;
          const span = find(survey, at, next);
          if (!span) continue;
          spans ??= [];
          spans.push(span);
          next = Math.max(span.end, at + 1);
          at = next - 1;
        }
      }
      return spans ?? NONE;
    },
  };
}

/** As `byPattern`, for a sticky pattern that begins at a number. */
export function numbersBy(place: Place, named: RegExp, accept?: Accept): Pick<Detector, 'place' | 'find'> {
  const reader = readerOf(named);
  const { pattern } = reader;
  return atNumbers(place, ({ text }, at) => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    return match ? spanOf(match, reader, accept, text) : undefined;
  });
}

/** As `byPattern`, for a sticky pattern that begins at a number or a capital letter behind certain words. */
export function atWordsBy(may: May, named: RegExp, accept?: Accept): Detector['find'] {
  const reader = readerOf(named);
  const { pattern } = reader;
  return ({ text, codes, numbers, numberCount, capitals, capitalCount }) => {
    let spans: Span[] | undefined;
    let next = 0;
    for (let number = 0, capital = 0; number < numberCount || capital < capitalCount; ) {
      const isNumber = capital === capitalCount || (number < numberCount && numbers[number]! < capitals[capital]!);
      const at = isNumber ? numbers[number]! : capitals[capital]!;
      if (isNumber) number += 1;
      else capital += 1;
      if (at < next || !may(codes, at)) continue;
      pattern.lastIndex = at;
      const match = pattern.exec(text);
      const span = match ? spanOf(match, reader, accept, text) : undefined;
      if (!span) continue;
      spans ??= [];
      spans.push(span);
      next = span.end;
    }
    return spans ?? NONE;
  };
}

export const all =
  (is: (match: string) => boolean): Accept =>
  (match) =>
    is(match) ? match.length : 0;

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

/** Whether something may stand at a place; it says no only where nothing does. */
export type May = (codes: Codes, at: number) => boolean;

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

import { type HashKey, hashText } from './hash.ts';

/** `(3) Inbox`, `Inbox [12]`, `● Chat`: how much is new, in front of the title or behind it. */
const COUNTER = /^\s*(?:[([{]\s*[\d.,+]+\s*[)\]}]|[•●*·]+)\s*|\s*[([{]\s*[\d.,+]+\s*[)\]}]\s*$/gu;
const NUMBER = /\p{N}+(?:[.,:/-]\p{N}+)*/gu;

/** A title without what changes while the page stays the same page: counters are gone, numbers, dates and times are one mark. */
const stableTitle = (title: string): string => title.replace(COUNTER, '').replace(NUMBER, '#');

/** Keyed hash of a scrubbed title, 16 hex digits; undefined where nothing is left. */
export function titleHash(key: HashKey, title: string): string | undefined {
  const stable = stableTitle(title);
  return stable.trim() ? hashText(key, stable) : undefined;
}

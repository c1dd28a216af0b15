import type { ElementIdentity } from '../protocol/schema.ts';

/** How much a word tells on a page, 0.05 (stands everywhere) to 1 (stands nowhere or once). */
export type Telling = (word: string) => number;

/** What the looked-at elements of a page say about how telling words and attributes are there. */
export interface PageStatistics {
  readonly name: Telling;
  readonly near: Telling;
  readonly heading: Telling;
  readonly marks: Telling;
  readonly classes: Telling;
  readonly href: Telling;
  /** How many of them lead to an address. */
  readonly leadingTo: (href: string) => number;
}

const LEAST = 0.05;

/** Inverse document frequency, scaled to 1: of `size` lists, a word stands in `count`. */
export function rarity(size: number, count: (word: string) => number): Telling {
  const frequency = (times: number): number => Math.log((size + 1) / (times + 0.5));
  const rarest = frequency(1);
  return (word) => Math.max(LEAST, frequency(Math.max(1, count(word))) / rarest);
}

/** The same of lists of words. */
export function telling(lists: Iterable<readonly string[]>): Telling {
  const counts = new Map<string, number>();
  let size = 0;
  for (const list of lists) {
    size += 1;
    for (const word of list.length > 1 ? new Set(list) : list) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return rarity(size, (word) => counts.get(word) ?? 0);
}

/** Words of the accessible name, a name without words as it is; of the text where no name is made of it. */
export const nameWords = ({ name_words, name_hash, text_words }: ElementIdentity): readonly string[] =>
  name_words ?? (name_hash === undefined ? (text_words ?? []) : [name_hash]);

/** Words of an address, an id or a name, where its writer parted them. */
export const partsOf = (value: string): readonly string[] =>
  value
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu) ?? [];

const alike = (): number => 1;

/** Of a page of which only one element was looked at: every word tells alike. */
export const NO_STATISTICS: PageStatistics = {
  name: alike,
  near: alike,
  heading: alike,
  marks: alike,
  classes: alike,
  href: alike,
  leadingTo: alike,
};

export function statisticsOf(identities: readonly ElementIdentity[]): PageStatistics {
  const leading = new Map<string, number>();
  for (const { href } of identities) if (href !== undefined) leading.set(href, (leading.get(href) ?? 0) + 1);
  return {
    name: telling(identities.map(nameWords)),
    near: telling(identities.map(({ near_words = [] }) => near_words)),
    heading: telling(identities.map(({ heading_words = [] }) => heading_words)),
    marks: telling(identities.map(({ mark_words = [] }) => mark_words)),
    classes: telling(identities.map(({ classes = [] }) => classes)),
    href: telling(identities.map(({ href }) => (href === undefined ? [] : partsOf(href)))),
    leadingTo: (href) => leading.get(href) ?? 1,
  };
}

import type { BestSelectorData } from '../../../shared/protocol/schema.ts';

/** Longest text within a selector, and longest selector, that an agent is told. */
const MAX_TEXT_CHARS = 80;
const MAX_SELECTOR_CHARS = 160;
/** Words of a text that nobody has checked against the page: what has more could be a sentence that tells an agent what to do. */
const MAX_UNSEEN_WORDS = 4;
/** Control, format (among them those that turn the direction of text) and private-use characters, and what would end the quoting. */
const ODD = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029`]/u;
const QUOTED = /"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'/gs;

const textsOf = (selector: string): string[] =>
  [...selector.matchAll(QUOTED)].map(([, double, single]) => double ?? single ?? '');

/** Whether a selector may be told at all: short, of plain characters, quoted by backticks. */
export const tellable = (selector: string): boolean =>
  selector.length <= MAX_SELECTOR_CHARS &&
  !ODD.test(selector) &&
  textsOf(selector).every((text) => text.length <= MAX_TEXT_CHARS);

/** Whether it may be told without having been checked against the page. */
export const tellableUnseen = (selector: string): boolean =>
  tellable(selector) && textsOf(selector).every((text) => text.trim().split(/\s+/).length <= MAX_UNSEEN_WORDS);

/** A name of a tool or a role; others are left out. */
export const plainName = (name: string | null | undefined): string | undefined =>
  name && /^[\w.:-]{1,48}$/.test(name) ? name : undefined;

/** The selectors of a control that matched it alone, the best first. */
export const uniqueSelectors = ({
  selector,
  alternatives,
}: Pick<BestSelectorData, 'selector' | 'alternatives'>): readonly string[] => [
  selector,
  ...alternatives.filter(({ matches }) => matches === 1).map((one) => one.selector),
];

import { closestOf } from './roots.ts';

const MAX_CHARS = 64;
/** Digits, money, addresses: prices, dates, counts and accounts change with the day or the person. */
const DATA = /\p{N}|\p{Sc}|@|\bwww\.|:\/\//u;
/** Not to be written into a selector: control, format and private-use characters. */
const ODD = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]/u;
/** Where pages show their users' data: what stands in a row is an entry, not the interface. */
const DATA_PLACES = 'td,[role=row],[role=gridcell],[role=log],[role=feed],article';

/** Whether a text may stand in a selector: short, plain, and most likely the same for every visitor on every day. */
export const durableText = (text: string): boolean =>
  text.length > 0 && text.length <= MAX_CHARS && !DATA.test(text) && !ODD.test(text);

/** Whether the element stands where pages show data rather than controls. */
export const amongData = (element: Element): boolean => closestOf(element, DATA_PLACES) !== null;

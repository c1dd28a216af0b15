import { localNameOf } from '../dom/unclobbered.ts';

/** Text between double quotes for CSS strings and Playwright's own: neither can end early, nor hold a line break. */
export const quote = (text: string): string =>
  `"${text.replace(/["\\]/g, '\\$&').replace(/\p{Cc}/gu, (char) => `\\${char.charCodeAt(0).toString(16)} `)}"`;

/** CSS selector of an id; as an attribute where `#id` would need escaping. */
export const idSelector = (id: string): string => (/^[A-Za-z_][\w-]*$/.test(id) ? `#${id}` : `[id=${quote(id)}]`);

/** CSS type selector; odd names (`svg:rect`, `x.y`) match anything. */
export const tagSelector = (element: Element): string =>
  /^[a-z][a-z0-9-]*$/i.test(localNameOf(element)) ? localNameOf(element) : '*';

import { scrubUrl } from './url.ts';

/** Say how a page is built; bounded, scrubbed, kept. */
const STRUCTURE =
  'id class name type role for dir lang rel colspan rowspan scope disabled readonly required multiple hidden open tabindex autocomplete inputmode contenteditable draggable method slot part is width height size rows cols align media target';
/** Hold words that people read; scrubbed. */
const TEXTS = new Set(['title', 'alt', 'placeholder', 'label', 'summary']);
const URLS = new Set(['href', 'src', 'action', 'formaction', 'poster', 'cite']);
/** State that assistive technology reads out holds values that people chose. */
const VALUES = new Set(['aria-valuenow', 'aria-valuetext']);
const MAX_VALUE_CHARS = 512;

export interface AttributeRules {
  readonly scrub: (text: string) => string;
  /** Attributes whose values name elements for tests. */
  readonly testIdAttributes: readonly string[];
  readonly baseUrl: string;
}

/** What a DOM artifact keeps of an attribute; undefined: nothing of it. Values, styles, handlers and data are dropped. */
export function keptAttribute(name: string, value: string, rules: AttributeRules): string | undefined {
  const bounded = value.slice(0, MAX_VALUE_CHARS);
  if (URLS.has(name)) return bounded.startsWith('#') ? '#' : scrubUrl(value.slice(0, 4096), rules.baseUrl);
  const kept =
    STRUCTURE.split(' ').includes(name) ||
    TEXTS.has(name) ||
    rules.testIdAttributes.includes(name) ||
    (name.startsWith('aria-') && !VALUES.has(name));
  return kept ? rules.scrub(bounded) : undefined;
}

import type { HashKey } from './hash.ts';

/** What reading a page needs to know of its surroundings. */
export interface ReadContext {
  /** Attributes that a developer set for tests, best first. */
  readonly testIdAttributes?: readonly string[];
  /** Whether the text, name and attributes of this element must not be read; `known` keeps answers for one unchanged page. */
  readonly masked: (element: Element, known?: Map<Element, boolean>) => boolean;
  /** Whether a value may stand in what is read as it is; one that may not is passed over, and the next best is looked for. */
  readonly keeps: (value: string) => boolean;
  /** Last heading inside an element, of those that were asked for during one piece of work. */
  readonly headings?: Map<Element, Element | undefined>;
  /** What the controls are called that were met beside others; undefined for what is no control to be seen. */
  readonly callings?: Map<Element, string | undefined>;
}

/** What sealing needs to know: it turns what was read into what may be stored. */
export interface SealContext {
  /** The project's key: two observations compare only under one key. */
  readonly key: HashKey;
  /** Removes personal data; a raw value that it changes is dropped, a text is hashed without it. */
  readonly scrub: (text: string) => string;
  /** Hashed words of texts that were sealed during one piece of work: much of what stands around one control is around the next too. */
  readonly words?: Map<string, string[]>;
  /** Hashes of single words, likewise. */
  readonly hashes?: Map<string, string>;
}

/** For reading and sealing in one go. */
export type SignatureContext = Omit<ReadContext, 'keeps'> & SealContext;

/** The context for one piece of work on a page that does not change meanwhile: nothing is asked twice. */
export function remembering<C extends Pick<ReadContext, 'masked'>>(ctx: C): C {
  const known = new Map<Element, boolean>();
  // Not `known`: who masks by more than marks keeps only the answers about marks in it.
  const answers = new Map<Element, boolean>();
  return {
    ...ctx,
    masked(element) {
      const before = answers.get(element);
      if (before !== undefined) return before;
      const answer = ctx.masked(element, known);
      answers.set(element, answer);
      return answer;
    },
    headings: new Map(),
    callings: new Map(),
  };
}

/** The same for sealing. */
export function sealingOnce<C extends SealContext>(ctx: C): C {
  const clean = new Map<string, string>();
  const scrub = (text: string): string => {
    const scrubbed = clean.get(text) ?? ctx.scrub(text);
    clean.set(text, scrubbed);
    return scrubbed;
  };
  return { ...ctx, scrub, words: new Map(), hashes: new Map() };
}

/** Reads only what scrubbing leaves unchanged. */
export const keepingClean = (ctx: SignatureContext): SignatureContext & ReadContext => ({
  ...ctx,
  keeps: (value) => ctx.scrub(value) === value,
});

export const TEST_ID_ATTRIBUTES = ['data-testid', 'data-test', 'data-qa', 'data-cy', 'data-test-id'] as const;

/** On every element that this extension adds to a page; such elements are no part of the page. */
export const OWN_ATTRIBUTE = 'data-laskobot-runs';

/** Those that a project configured, then those that everybody uses. */
export const withTestIds = (configured: readonly string[]): readonly string[] => [
  ...new Set([...configured, ...TEST_ID_ATTRIBUTES]),
];

export const testIdAttributes = (ctx: Pick<ReadContext, 'testIdAttributes'>): readonly string[] =>
  ctx.testIdAttributes ?? TEST_ID_ATTRIBUTES;

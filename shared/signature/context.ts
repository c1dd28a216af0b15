import type { HashKey } from './hash.ts';

/** What signing needs to know of its surroundings. */
export interface SignatureContext {
  /** The project's key: two observations compare only under one key. */
  readonly key: HashKey;
  /** Attributes that a developer set for tests, best first. */
  readonly testIdAttributes?: readonly string[];
  /** Removes personal data; a raw value that it changes never leaves the page. */
  readonly scrub: (text: string) => string;
  /** Whether the text, name and attributes of this element must not be read; `known` keeps answers for one unchanged page. */
  readonly masked: (element: Element, known?: Map<Element, boolean>) => boolean;
  /** Last heading inside an element, of those that were asked for during one piece of work. */
  readonly headings?: Map<Element, Element | undefined>;
}

/** The context for one piece of work on a page that does not change meanwhile: nothing is asked twice. */
export function remembering(ctx: SignatureContext): SignatureContext {
  const known = new Map<Element, boolean>();
  return { ...ctx, masked: (element) => ctx.masked(element, known), headings: new Map() };
}

export const TEST_ID_ATTRIBUTES = ['data-testid', 'data-test', 'data-qa', 'data-cy', 'data-test-id'] as const;

/** On every element that this extension adds to a page; such elements are no part of the page. */
export const OWN_ATTRIBUTE = 'data-laskobot-runs';

export const testIdAttributes = (ctx: Pick<SignatureContext, 'testIdAttributes'>): readonly string[] =>
  ctx.testIdAttributes ?? TEST_ID_ATTRIBUTES;

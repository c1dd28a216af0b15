import { attributeOf, localNameOf } from '../dom/unclobbered.ts';
import type { ElementIdentity } from '../protocol/schema.ts';
import { hrefPath, MAX_CHARS, tellingClasses, testIdOf } from './attributes.ts';
import { type ReadContext, testIdAttributes } from './context.ts';
import { diceWith } from './dice.ts';
import type { Known } from './page-memory.ts';
import type { Hit } from './recorded-selectors.ts';
import { linkPath } from './url.ts';

/** Where an address leads; kept with the element, since to take an address apart costs as much as all else that is asked of it. */
function leads(href: string, base: string, known: Known): string | undefined {
  if (known.link?.href !== href || known.link.base !== base) known.link = { href, base, path: linkPath(href, base) };
  return known.link.path;
}

/** What an element of the same tag is worth. */
export const SAME_TAG = 0.25;

/** How far elements agree with an identity in what is cheap to read of them, beside their names. */
export interface Agreeing {
  /** The most that `of` adds to an element that no selector leads to, beside `SAME_TAG`. */
  readonly most: number;
  /** @param named what its name is worth */
  of(known: Known, named: number): number;
}

export function agreeing(identity: ElementIdentity, hits: readonly Hit[], ctx: ReadContext): Agreeing {
  const { test_id, id, name_attr, href, tag, classes } = identity;
  const likeClasses = diceWith(classes ?? []);
  const attributes = testIdAttributes(ctx);
  const classed = new Map<string, number>();
  const sameClasses = (element: Element): number => {
    const raw = classes && attributeOf(element, 'class');
    if (!raw) return 0;
    const hit = classed.get(raw) ?? likeClasses(tellingClasses(element, ctx));
    classed.set(raw, hit);
    return hit;
  };
  // Most have another value: whether it may be read is asked of those only that have the same.
  const sameTestId = (element: Element): boolean =>
    attributes.some((name) => attributeOf(element, name)?.trim() === test_id?.value) &&
    testIdOf(element, ctx)?.value === test_id?.value;
  const sameHref = (known: Known): boolean => {
    const raw = attributeOf(known.element, 'href');
    if (!raw || raw.length > MAX_CHARS) return false;
    return leads(raw, known.element.baseURI, known) === href && hrefPath(known.element, ctx) === href;
  };
  return {
    most:
      (test_id ? 2 : 0) +
      (id === undefined ? 0 : 2) +
      (name_attr === undefined ? 0 : 1) +
      (href === undefined ? 0 : 1) +
      (classes ? 0.5 : 0),
    of(known, named) {
      const { element } = known;
      let sum = named;
      if (test_id && sameTestId(element)) sum += 2;
      if (id !== undefined && attributeOf(element, 'id') === id) sum += 2;
      if (name_attr !== undefined && attributeOf(element, 'name') === name_attr) sum += 1;
      if (href !== undefined && sameHref(known)) sum += 1;
      sum += sameClasses(element) / 2;
      if (localNameOf(element) === tag) sum += SAME_TAG;
      for (const hit of hits) if (hit.element === element) sum += hit.byPlace ? 1 : 2;
      return sum;
    },
  };
}

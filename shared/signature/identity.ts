import * as dom from '../dom/unclobbered.ts';
import type { ElementIdentity } from '../protocol/schema.ts';
import { hrefPath, rawAttribute, stableAttribute, tellingClasses, testIdOf } from './attributes.ts';
import type { SignatureContext } from './context.ts';
import { dice } from './dice.ts';
import { hashText, hashWords } from './hash.ts';
import { labelsOf } from './labels.ts';
import { accessibleName, roleOf, withoutGlyphs } from './name.ts';
import { tellingScope } from './scope.ts';
import { headingOf, landmarkOf, nearText, tagOf, tagPath } from './surroundings.ts';
import { textOf } from './text.ts';
import type { Alike } from './twins.ts';

/** An element as it was read in the page. Holds raw text: it never leaves the page. */
export interface Reading {
  readonly element: Element;
  readonly role: string | undefined;
  /** Accessible name with the glyphs of icon fonts, as Playwright computes it. */
  readonly fullName: string;
  /** Accessible name without glyphs; of an element without a role, its text. */
  readonly name: string;
  readonly text: string;
}

export function read(element: Element, ctx: SignatureContext): Reading {
  const role = roleOf(element);
  const text = textOf(element, ctx);
  const fullName = accessibleName(element, ctx.masked);
  return { element, role, fullName, name: withoutGlyphs(fullName) || (role ? '' : text), text };
}

interface Place {
  readonly near: readonly string[];
  readonly heading: readonly string[];
  readonly landmark: string | undefined;
}

const wordsIn = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

const placeOf = (element: Element, twins: readonly Element[], ctx: SignatureContext): Place => ({
  near: wordsIn(nearText(element, ctx.masked, twins)),
  heading: wordsIn(headingOf(element, ctx)),
  landmark: landmarkOf(element),
});

/** Most twins whose surroundings are compared, those next to the element. */
const MAX_PLACES = 40;
/** Two places with this share of common words are one: it leaves `resolve` the margin that it asks for. */
const LIKE_PLACE = 0.75;

/** Whether what stands around the element tells it from its twins. */
function placeTells(element: Element, twins: readonly Element[], ctx: SignatureContext): boolean {
  const at = twins.indexOf(element);
  const mine = placeOf(element, twins, ctx);
  return twins.slice(Math.max(0, at - MAX_PLACES / 2), at + MAX_PLACES / 2).every((twin) => {
    if (twin === element) return true;
    const { near, heading, landmark } = placeOf(twin, twins, ctx);
    return landmark !== mine.landmark || dice(near, mine.near) < LIKE_PLACE || dice(heading, mine.heading) < LIKE_PLACE;
  });
}

const boxOf = (element: Element): [number, number, number, number] | undefined => {
  const { left, top, width, height } = dom.boxOf(element);
  const view = dom.viewOf(dom.documentOf(element));
  if (!view || (width === 0 && height === 0)) return undefined;
  return [left + view.scrollX, top + view.scrollY, width, height].map(Math.round) as [number, number, number, number];
};

/** Keyed hashes of a text's words, after scrubbing. */
const wordsOf = (raw: string, ctx: SignatureContext): string[] => (raw ? hashWords(ctx.key, ctx.scrub(raw)) : []);

export const nameHash = ({ name }: Reading, ctx: SignatureContext): string | undefined =>
  name ? hashText(ctx.key, ctx.scrub(name)) : undefined;

/** What stands around an element, itself one of `twins` or alone. */
export type Surroundings = Pick<ElementIdentity, 'near_words' | 'heading_words' | 'landmark'>;

export const surroundingsOf = (element: Element, twins: readonly Element[], ctx: SignatureContext): Surroundings =>
  present<Surroundings>({
    near_words: wordsOf(nearText(element, ctx.masked, twins), ctx),
    heading_words: wordsOf(headingOf(element, ctx), ctx),
    landmark: landmarkOf(element),
  });

/** Drops what is undefined or empty, as `exactOptionalPropertyTypes` and the wire want it. */
const present = <T extends object>(values: { [K in keyof T]: T[K] | undefined }): T =>
  Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0)),
  ) as T;

/**
 * What an element is recognised by: scrubbed, bounded, texts as keyed hashes of their words. With `same`, also its place among
 * its twins; surroundings are kept only where they tell it from them, so that a stored identity never claims to be more
 * telling than it is.
 */
export function identityOf(reading: Reading, ctx: SignatureContext, same?: Alike): ElementIdentity {
  const { element, role, name, text } = reading;
  const words = (raw: string): string[] => wordsOf(raw, ctx);
  const labels = labelsOf(element).filter(() => !ctx.masked(element));
  const twins = same?.twins ?? [];
  const around = twins.length < 2 || (!same?.crowded && placeTells(element, twins, ctx));
  return present<ElementIdentity>({
    tag: tagOf(element),
    role,
    type: ['input', 'button'].includes(dom.localNameOf(element)) ? (element as HTMLInputElement).type : undefined,
    test_id: testIdOf(element, ctx),
    id: stableAttribute(element, 'id', ctx),
    name_attr: stableAttribute(element, 'name', ctx),
    href: hrefPath(element, ctx),
    name_hash: nameHash(reading, ctx),
    name_words: words(name),
    text_words: words(text),
    label_words: words(labels.map((label) => textOf(label, ctx)).join(' ')),
    placeholder_words: words(rawAttribute(element, 'placeholder', ctx, 300) ?? ''),
    classes: tellingClasses(element, ctx),
    ...(around ? surroundingsOf(element, twins, ctx) : { landmark: landmarkOf(element) }),
    within: same && !same.crowded ? tellingScope(element, twins, ctx) : undefined,
    index: twins.includes(element) ? twins.indexOf(element) : undefined,
    count: twins.length || undefined,
    path: tagPath(element),
    box: boxOf(element),
  });
}

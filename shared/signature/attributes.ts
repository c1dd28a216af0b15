import { attributeNamesOf, attributeOf, hasAttributes } from '../dom/unclobbered.ts';
import { type ReadContext, testIdAttributes } from './context.ts';
import { generated, telling } from './generated.ts';
import { linkPath } from './url.ts';

const MAX_CLASSES = 12;
/** Of the class attribute, and of a link's address, that is looked at. */
export const MAX_CHARS = 2048;

/**
 * An attribute's value if it may be told as it is: short, not masked, of the wanted kind, and kept by the context, which is asked
 * last.
 */
export function rawAttribute(
  element: Element,
  name: string,
  ctx: ReadContext,
  maxChars = 128,
  wanted: (value: string) => boolean = () => true,
): string | undefined {
  const raw = attributeOf(element, name);
  if (!raw || raw.length > MAX_CHARS) return undefined;
  const value = raw.trim();
  if (!value || value.length > maxChars || !wanted(value) || ctx.masked(element)) return undefined;
  return value.isWellFormed() && !value.includes('\0') && ctx.keeps(value) ? value : undefined;
}

/** The same, where it was not generated either. */
export const stableAttribute = (element: Element, name: string, ctx: ReadContext): string | undefined =>
  rawAttribute(element, name, ctx, 128, (value) => !generated(value));

/** First test id of the element; one that was generated names nothing. */
export function testIdOf(element: Element, ctx: ReadContext): { attribute: string; value: string } | undefined {
  if (!hasAttributes(element)) return undefined;
  // Most have none of them, and their names are told in one.
  const names = attributeNamesOf(element);
  for (const attribute of testIdAttributes(ctx)) {
    if (!names.includes(attribute) && !names.includes(attribute.toLowerCase())) continue;
    const value = rawAttribute(element, attribute, ctx, 128, (value) => !(/\d/.test(value) && generated(value)));
    if (value !== undefined) return { attribute, value };
  }
  return undefined;
}

/** Path that a link leads to, templated; the host too where it is another one. */
export function hrefPath(element: Element, ctx: ReadContext): string | undefined {
  const href = attributeOf(element, 'href');
  if (!href || href.length > MAX_CHARS || ctx.masked(element)) return undefined;
  const shown = linkPath(href, element.baseURI);
  return shown !== undefined && shown.length <= 256 && ctx.keeps(shown) ? shown : undefined;
}

/** Classes that say what the element is. */
export function tellingClasses(element: Element, ctx: ReadContext): string[] {
  const classes = attributeOf(element, 'class')
    ?.slice(0, MAX_CHARS)
    .match(/[^\t\n\f\r ]+/g);
  if (!classes || ctx.masked(element)) return [];
  const names = [...new Set(classes)].filter((name) => name.length <= 64 && telling(name)).slice(0, MAX_CLASSES);
  const all = names.join(' ');
  return ctx.keeps(all) ? names : [];
}

import { attributeOf } from '../dom/unclobbered.ts';
import { type SignatureContext, testIdAttributes } from './context.ts';
import { generated, telling } from './generated.ts';
import { normaliseUrl } from './url.ts';

const MAX_CLASSES = 12;
/** Of the class attribute, and of a link's address, that is looked at. */
const MAX_CHARS = 2048;

/** An attribute's value if it may leave the page as it is: short, not masked, and nothing in it to scrub. */
export function rawAttribute(
  element: Element,
  name: string,
  ctx: SignatureContext,
  maxChars = 128,
): string | undefined {
  const raw = attributeOf(element, name);
  if (!raw || raw.length > MAX_CHARS) return undefined;
  const value = raw.trim();
  if (!value || value.length > maxChars || ctx.masked(element)) return undefined;
  return value.isWellFormed() && !value.includes('\0') && ctx.scrub(value) === value ? value : undefined;
}

/** The same, where it was not generated either. */
export function stableAttribute(element: Element, name: string, ctx: SignatureContext): string | undefined {
  const value = rawAttribute(element, name, ctx);
  return value === undefined || generated(value) ? undefined : value;
}

/** First test id of the element; one that was generated names nothing. */
export function testIdOf(element: Element, ctx: SignatureContext): { attribute: string; value: string } | undefined {
  for (const attribute of testIdAttributes(ctx)) {
    const value = rawAttribute(element, attribute, ctx);
    if (value !== undefined && !(generated(value) && /\d/.test(value))) return { attribute, value };
  }
  return undefined;
}

/** Path that a link leads to, templated; the host too where it is another one. */
export function hrefPath(element: Element, ctx: SignatureContext): string | undefined {
  const href = attributeOf(element, 'href');
  if (
    !href ||
    href.length > MAX_CHARS ||
    href.startsWith('#') ||
    ctx.masked(element) ||
    !URL.canParse(href, element.baseURI)
  )
    return undefined;
  const target = normaliseUrl(new URL(href, element.baseURI).href);
  if (!target?.domain) return undefined;
  const base = normaliseUrl(element.baseURI);
  const path = target.url_norm.slice(target.url_norm.indexOf(target.domain) + target.domain.length) || '/';
  const shown = target.domain === base?.domain ? path : `//${target.domain}${path}`;
  return shown.length <= 256 && ctx.scrub(shown) === shown ? shown : undefined;
}

/** Classes that say what the element is. */
export function tellingClasses(element: Element, ctx: SignatureContext): string[] {
  const classes = attributeOf(element, 'class')
    ?.slice(0, MAX_CHARS)
    .match(/[^\t\n\f\r ]+/g);
  if (!classes || ctx.masked(element)) return [];
  const names = [...new Set(classes)].filter((name) => name.length <= 64 && telling(name)).slice(0, MAX_CLASSES);
  const all = names.join(' ');
  return ctx.scrub(all) === all ? names : [];
}

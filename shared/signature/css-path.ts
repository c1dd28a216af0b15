import { localNameOf, parentElementOf } from '../dom/unclobbered.ts';
import { MAX_SELECTOR_CHARS } from '../protocol/limits.ts';
import { rawAttribute, stableAttribute, tellingClasses, testIdOf } from './attributes.ts';
import type { ReadContext } from './context.ts';
import { idSelector, quote, tagSelector } from './quote.ts';
import { namesOnly, type Root } from './roots.ts';
import { nthOfType, passesHost } from './unique-path.ts';

const ANCHORS = new Set([
  'main',
  'nav',
  'header',
  'footer',
  'aside',
  'form',
  'dialog',
  'fieldset',
  'table',
  'ul',
  'section',
]);
const MAX_LEVELS = 10;
/** Selectors tried for one element: each is one pass over the page. */
const MAX_TRIES = 8;

/** An element by what is stable about it, best first; the bare tag last. */
function tokens(element: Element, ctx: ReadContext): string[] {
  const tag = tagSelector(element);
  const type = localNameOf(element) === 'input' ? rawAttribute(element, 'type', ctx) : undefined;
  const typed = type ? `${tag}[type=${quote(type)}]` : tag;
  return [
    ...tellingClasses(element, ctx)
      .filter((name) => /^-?[A-Za-z_][\w-]*$/.test(name))
      .slice(0, 2)
      .map((name) => `${typed}.${name}`),
    typed,
  ];
}

function anchor(element: Element, ctx: ReadContext): string | undefined {
  const testId = testIdOf(element, ctx);
  if (testId) return `[${testId.attribute}=${quote(testId.value)}]`;
  const id = stableAttribute(element, 'id', ctx);
  if (id) return idSelector(id);
  const [best] = tokens(element, ctx);
  return best?.includes('.') || ANCHORS.has(localNameOf(element)) ? best : undefined;
}

/**
 * Shortest selector through stable ancestors that names only the element; undefined when none does. In a page with shadow
 * roots only the element itself is described, since Playwright's combinators go through shadow roots and the platform's do
 * not.
 */
export function cssPath(element: Element, ctx: ReadContext, roots: readonly Root[]): string | undefined {
  const own = tokens(element, ctx);
  let tries = MAX_TRIES;
  const unique = (css: string): boolean => {
    tries -= 1;
    return namesOnly(roots, css, element);
  };
  const bare = own.find(unique);
  if (bare || roots.length > 1) return bare;
  for (let at = parentElementOf(element), n = 0; at && n < MAX_LEVELS && tries > 0; at = parentElementOf(at), n += 1) {
    const up = anchor(at, ctx);
    const hit = up && own.map((token) => `${up} ${token}`).find((css) => tries > 0 && unique(css));
    if (hit) return hit;
  }
  return undefined;
}

/**
 * Path by places from the nearest ancestor with a stable id that is the only one, or from the document; undefined where it would
 * be longer than a selector may be.
 */
export function positionalPath(element: Element, ctx: ReadContext, count: (css: string) => number): string | undefined {
  const first = passesHost(element) ? ' >> nth=0' : '';
  let path = nthOfType(element);
  for (let at = parentElementOf(element); at; at = parentElementOf(at)) {
    if (path.length > MAX_SELECTOR_CHARS) return undefined;
    const id = stableAttribute(at, 'id', ctx);
    if (id && count(idSelector(id)) === 1) return `${idSelector(id)} > ${path}${first}`;
    path = `${parentElementOf(at) ? nthOfType(at) : tagSelector(at)} > ${path}`;
  }
  return path + first;
}

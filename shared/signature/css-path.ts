import { localNameOf, parentElementOf, parentNodeOf, rootOf } from '../dom/unclobbered.ts';
import { MAX_SELECTOR_CHARS } from '../protocol/limits.ts';
import { rawAttribute, stableAttribute, tellingClasses, testIdOf } from './attributes.ts';
import type { ReadContext } from './context.ts';
import { memoryOf } from './page-memory.ts';
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
const MAX_NAMED_LEVELS = 20;
/** Selectors tried under ancestors: each is one pass over the page. */
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

/** An ancestor by what a developer named it. */
function named(element: Element, ctx: ReadContext): string | undefined {
  const testId = testIdOf(element, ctx);
  if (testId) return `[${testId.attribute}=${quote(testId.value)}]`;
  const id = stableAttribute(element, 'id', ctx);
  return id && idSelector(id);
}

/** An ancestor by its class, or by a tag that stands but a few times. */
function classed(element: Element, ctx: ReadContext): string | undefined {
  const [best] = tokens(element, ctx);
  return best?.includes('.') || ANCHORS.has(localNameOf(element)) ? best : undefined;
}

/** Under each of the nearest ancestors that `anchor` can write, what tells the element there from all others. */
function below(
  element: Element,
  own: readonly string[],
  ctx: ReadContext,
  roots: readonly Root[],
  anchor: typeof named,
  levels: number,
): string | undefined {
  let tries = MAX_TRIES;
  for (let at = parentElementOf(element), n = 0; at && n < levels && tries > 0; at = parentElementOf(at), n += 1) {
    const up = anchor(at, ctx);
    for (const token of up ? own : []) {
      if (tries === 0) break;
      tries -= 1;
      if (namesOnly(roots, `${up} ${token}`, element)) return `${up} ${token}`;
    }
  }
  return undefined;
}

/**
 * Selector of the element alone, or under the nearest ancestor that a developer named; undefined when none names only it. In a
 * page with shadow roots only the element itself is described, since Playwright's combinators go through shadow roots and the
 * platform's do not.
 */
export function cssPath(element: Element, ctx: ReadContext, roots: readonly Root[]): string | undefined {
  const own = tokens(element, ctx);
  const bare = own.find((css) => namesOnly(roots, css, element));
  return bare || roots.length > 1 ? bare : below(element, own, ctx, roots, named, MAX_NAMED_LEVELS);
}

/** The same under classes and landmarks, which change more often than names and places in a list of its like. */
export const looseCssPath = (element: Element, ctx: ReadContext, roots: readonly Root[]): string | undefined =>
  roots.length > 1 ? undefined : below(element, tokens(element, ctx), ctx, roots, classed, MAX_LEVELS);

/**
 * Path by places from the nearest ancestor with a stable id that is the only one, or from the document; undefined where it would
 * be longer than a selector may be.
 */
export function positionalPath(
  element: Element,
  ctx: ReadContext,
  roots: readonly Root[],
  count: (css: string) => number,
): string | undefined {
  const memory = roots.includes(rootOf(element) as Root) ? memoryOf(roots) : undefined;
  const step = (at: Element, parent: Node | null): string =>
    nthOfType(at, parent ? memory?.placesIn(parent) : undefined);
  const first = passesHost(element) ? ' >> nth=0' : '';
  let path = step(element, parentNodeOf(element));
  for (let at = parentElementOf(element); at; at = parentElementOf(at)) {
    if (path.length > MAX_SELECTOR_CHARS) return undefined;
    const id = stableAttribute(at, 'id', ctx);
    if (id && count(idSelector(id)) === 1) return `${idSelector(id)} > ${path}${first}`;
    const up = parentElementOf(at);
    path = `${up ? step(at, up) : tagSelector(at)} > ${path}`;
  }
  return path + first;
}

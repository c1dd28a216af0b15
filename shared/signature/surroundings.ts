import { boundedText, type Visits } from '../dom/bounded-text.ts';
import {
  attributeOf,
  closest,
  firstElementOf,
  localNameOf,
  matches,
  parentElementOf,
  previousElementOf,
  queryAll,
} from '../dom/unclobbered.ts';
import type { ReadContext } from './context.ts';
import { roleOf } from './name.ts';
import { closestOf, parentOf } from './roots.ts';
import { textOf } from './text.ts';

const LANDMARKS =
  'main,nav,header,footer,aside,form,dialog,section[aria-label],[role=main],[role=navigation],[role=banner],[role=contentinfo],[role=complementary],[role=form],[role=search],[role=region],[role=dialog],[role=alertdialog]';
const HEADINGS = 'h1,h2,h3,h4,h5,h6,[role=heading],legend,caption';
const MAX_LEVELS = 12;
const MAX_SIBLINGS = 12;
const NEAR_LEVELS = 4;
const MAX_OWN_CHARS = 100;
/** Nodes of the texts that may be its own once more. */
const MAX_TWIN_VISITS = 300;

type Masked = (element: Element) => boolean;

/** Role of the landmark that the element stands in. */
export function landmarkOf(element: Element): string | undefined {
  const landmark = closestOf(element, LANDMARKS);
  return landmark ? (roleOf(landmark) ?? tagOf(landmark)) : undefined;
}

const CELLS = new Set(['td', 'th']);
const CONTROL_TAGS = new Set(['a', 'button', 'input', 'label', 'select', 'textarea']);

/**
 * Tells which siblings are other entries of the same list, or other controls of the same kind: what they say is not about this one,
 * and once one of them is gone the next would seem to have its surroundings.
 */
function entriesLike(one: Element): (other: Element) => boolean {
  const tag = localNameOf(one);
  if (CELLS.has(tag)) return () => false;
  if (CONTROL_TAGS.has(tag)) return (other) => localNameOf(other) === tag;
  let own: string | undefined;
  const classOf = (element: Element): string => attributeOf(element, 'class') ?? '';
  return (other) => {
    if (localNameOf(other) !== tag) return false;
    own ??= classOf(one);
    return classOf(other) === own;
  };
}

type Remembering = Pick<ReadContext, 'masked' | 'headings'>;

/** A sibling may be half of the page, and is asked for each of the element's twins. */
function lastHeading(sibling: Element, known = new Map<Element, Element | undefined>()): Element | undefined {
  if (!known.has(sibling)) {
    const inside = matches(sibling, HEADINGS) ? [sibling] : firstElementOf(sibling) ? queryAll(sibling, HEADINGS) : [];
    known.set(sibling, inside[inside.length - 1]);
  }
  return known.get(sibling);
}

/** Text of the heading that the element stands under: the last one before it, nearest level first. */
export function headingOf(element: Element, { masked, headings }: Remembering): string {
  let at: Element | null = element;
  for (let level = 0; at && level < MAX_LEVELS; level += 1, at = parentOf(at)) {
    let sibling = previousElementOf(at);
    const entryLike = entriesLike(at);
    for (let n = 0; sibling && n < MAX_SIBLINGS; n += 1, sibling = previousElementOf(sibling)) {
      if (entryLike(sibling)) continue;
      const heading = lastHeading(sibling, headings);
      const text = heading ? textOf(heading, { masked, maxChars: 120 }) : '';
      if (text) return text;
    }
  }
  return '';
}

/**
 * Text beside the element and its label: that of the nearest ancestor that has any, other entries of a list left out. So are others
 * of its tag and text: once one of them is gone, it would seem to have other surroundings.
 */
export function nearText(element: Element, masked: Masked): string {
  let inner = closest(element, 'label') ?? element;
  const tag = localNameOf(element);
  const own = boundedText(element, MAX_OWN_CHARS).text.trim();
  const visits: Visits = { left: MAX_TWIN_VISITS };
  const twin = (child: Element): boolean =>
    own !== '' && localNameOf(child) === tag && boundedText(child, MAX_OWN_CHARS, visits).text.trim() === own;
  for (let level = 0; level < NEAR_LEVELS; level += 1) {
    const outer = parentOf(inner);
    if (!outer || localNameOf(outer) === 'body' || masked(outer)) return '';
    const without = inner;
    const entryLike = entriesLike(without);
    const text = textOf(outer, {
      masked,
      without: (child) => child === without || twin(child) || (parentElementOf(child) === outer && entryLike(child)),
      maxChars: 160,
    });
    if (text) return text;
    inner = outer;
  }
  return '';
}

/** Local name, with what may not stand on the wire replaced: parsers let almost anything into a tag. */
export const tagOf = (element: Element): string =>
  localNameOf(element)
    .slice(0, 64)
    .replace(/[^\w.:-]/g, '_');

/** Tags from the element up to body, nearest first: `button<li<ul<nav`; shadow hosts are steps like others. */
export function tagPath(element: Element, maxChars = 256): string {
  const tags: string[] = [];
  for (let at: Element | null = element; at && localNameOf(at) !== 'body' && tags.length < 40; at = parentOf(at))
    tags.push(tagOf(at));
  return tags.join('<').slice(0, maxChars);
}

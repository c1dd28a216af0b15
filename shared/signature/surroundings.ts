import {
  attributeOf,
  closest,
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

type Masked = (element: Element) => boolean;

/** Role of the landmark that the element stands in. */
export function landmarkOf(element: Element): string | undefined {
  const landmark = closestOf(element, LANDMARKS);
  return landmark ? (roleOf(landmark) ?? tagOf(landmark)) : undefined;
}

const CELLS = new Set(['td', 'th']);
const CONTROL_TAGS = new Set(['a', 'button', 'input', 'label', 'select', 'textarea']);

/**
 * Whether a sibling is another entry of the same list, or another control of the same kind: what it says is not about this one,
 * and once one of them is gone the next would seem to have its surroundings.
 */
const entryLike = (one: Element, other: Element): boolean =>
  localNameOf(one) === localNameOf(other) &&
  !CELLS.has(localNameOf(one)) &&
  ((attributeOf(one, 'class') ?? '') === (attributeOf(other, 'class') ?? '') || CONTROL_TAGS.has(localNameOf(one)));

type Remembering = Pick<ReadContext, 'masked' | 'headings'>;

/** A sibling may be half of the page, and is asked for each of the element's twins. */
function lastHeading(sibling: Element, known = new Map<Element, Element | undefined>()): Element | undefined {
  if (!known.has(sibling)) {
    const inside = matches(sibling, HEADINGS) ? [sibling] : queryAll(sibling, HEADINGS);
    known.set(sibling, inside[inside.length - 1]);
  }
  return known.get(sibling);
}

/** Text of the heading that the element stands under: the last one before it, nearest level first. */
export function headingOf(element: Element, { masked, headings }: Remembering): string {
  let at: Element | null = element;
  for (let level = 0; at && level < MAX_LEVELS; level += 1, at = parentOf(at)) {
    let sibling = previousElementOf(at);
    for (let n = 0; sibling && n < MAX_SIBLINGS; n += 1, sibling = previousElementOf(sibling)) {
      if (entryLike(at, sibling)) continue;
      const heading = lastHeading(sibling, headings);
      const text = heading ? textOf(heading, { masked, maxChars: 120 }) : '';
      if (text) return text;
    }
  }
  return '';
}

/**
 * Text beside the element and its label: that of the nearest ancestor that has any, other entries of a list left out. So are its
 * `twins`: once one of them is gone, the others would seem to have its surroundings.
 */
export function nearText(element: Element, masked: Masked, twins: readonly Element[] = []): string {
  let inner = closest(element, 'label') ?? element;
  for (let level = 0; level < NEAR_LEVELS; level += 1) {
    const outer = parentOf(inner);
    if (!outer || localNameOf(outer) === 'body' || masked(outer)) return '';
    const without = inner;
    const text = textOf(outer, {
      masked,
      without: (child) =>
        child === without || twins.includes(child) || (parentElementOf(child) === outer && entryLike(without, child)),
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

import {
  byTag,
  closest,
  firstChildOf,
  localNameOf,
  nodeTypeOf,
  openShadowOf,
  parentElementOf,
  parentNodeOf,
  queryAll,
  queryFirst,
  rootOf,
} from '../dom/unclobbered.ts';
import { mayHost } from './may-host.ts';
import { memoryOf, movedIn, rememberedHosts } from './page-memory.ts';

/** Where `querySelectorAll` starts: a document, a shadow root or an element. */
export type Root = Document | ShadowRoot | Element;

/** Elements looked at for their shadow roots (about 5 ms), and shadow roots that are searched: what comes after is not seen. */
const MAX_ELEMENTS = 30_000;
const MAX_ROOTS = 500;

const cache = new WeakMap<Document, { size: number; roots: readonly Root[] }>();
const sizes = new WeakMap<Document, number>();

/** Reads a closed shadow root too, as browsers let extensions do. */
export type ReadShadow = (element: Element) => ShadowRoot | null;

const met = new WeakSet<Element>();
let readShadow: ReadShadow | undefined;
let askAll = false;

/** From now on closed shadow roots are read like open ones; with `all`, of every element that may have one. */
export function readClosedShadows(read: ReadShadow, all: boolean): void {
  readShadow = read;
  askAll = all;
}

/**
 * The element's shadow root. In Chrome, to ask for a closed one takes as long as all the rest, so of signing only those are asked that
 * are likely hosts: custom elements, others where nothing stands in them, and those that `meetHost` found.
 */
export function shadowOf(element: Element): ShadowRoot | null {
  const open = openShadowOf(element);
  if (open || !readShadow) return open;
  const tag = localNameOf(element);
  const likely = tag.includes('-') || met.has(element) || (mayHost(tag) && (askAll || !firstChildOf(element)));
  return likely ? readShadow(element) : null;
}

/** The shadow root of an element that something happened in. */
export function meetHost(element: Element): ShadowRoot | null {
  if (readShadow && !met.has(element) && mayHost(localNameOf(element)) && readShadow(element)) met.add(element);
  return shadowOf(element);
}

function findHosts(root: Root): readonly Element[] {
  const hosts: Element[] = [];
  const elements = queryAll(root, '*');
  for (let at = 0; at < elements.length && at < MAX_ELEMENTS; at += 1)
    if (mayHost(localNameOf(elements[at]!))) hosts.push(elements[at]!);
  return hosts;
}

/** Elements in a root that may have a shadow root, whether they have one or not: browsers do not tell when one gets it. */
const hostsIn = (root: Root): readonly Element[] =>
  nodeTypeOf(root) === 9 ? rememberedHosts(root as Document, () => findHosts(root)) : findHosts(root);

/** The root and the shadow roots in it, in document order, as Playwright's selectors see them. */
export function openRoots(root: Root): readonly Root[] {
  const roots: Root[] = [];
  let left = MAX_ELEMENTS;
  const enter = (entered: Root): void => {
    roots.push(entered);
    const hosts = nodeTypeOf(entered) === 1 ? [entered as Element, ...hostsIn(entered)] : hostsIn(entered);
    for (let at = 0; at < hosts.length && left > 0 && roots.length < MAX_ROOTS; at += 1, left -= 1) {
      const shadow = shadowOf(hosts[at]!);
      // What was taken out of the page may still be remembered.
      if (shadow && (nodeTypeOf(entered) === 1 || rootOf(hosts[at]!) === entered)) enter(shadow);
    }
  };
  enter(root);
  return roots;
}

/** The shadow roots that the element stands in, innermost first. */
export function* rootsAround(element: Element): Generator<ShadowRoot> {
  for (let root = rootOf(element), host = hostOf(root); host; root = rootOf(host), host = hostOf(root))
    yield root as ShadowRoot;
}

/** How many elements a document has. Browsers count them anew after each change, which on large pages takes as long as all the rest. */
export function sizeOf(document: Document): number {
  const known = sizes.get(document);
  const size = known !== undefined && movedIn(document) === 0 ? known : byTag(document, '*').length;
  sizes.set(document, size);
  return size;
}

/**
 * `openRoots` of a document, kept while its number of elements stays the same: visiting 12,000 elements for each signed
 * click would cost more than all the rest. A shadow root attached meanwhile is seen with the next element that comes; those
 * around `element` always.
 */
export function recentRoots(document: Document, element: Element): readonly Root[] {
  const size = sizeOf(document);
  const known = cache.get(document);
  const roots = known?.size === size ? known.roots : openRoots(document);
  if (roots !== known?.roots) cache.set(document, { size, roots });
  const missing = [...rootsAround(element)].filter((root) => !roots.includes(root)).slice(0, MAX_ROOTS);
  return missing.length > 0 ? [...roots, ...missing] : roots;
}

/** An array of a collection's first elements, without the iterator that costs several times as much. */
function listed(collection: ArrayLike<Element>, most: number): Element[] {
  const elements = new Array<Element>(Math.min(most, collection.length));
  for (let at = 0; at < elements.length; at += 1) elements[at] = collection[at]!;
  return elements;
}

/** Matches of a CSS selector in all of the roots, the first `most` of each; a selector that does not parse matches nothing. */
export function queryRoots(roots: readonly Root[], css: string, most = Number.POSITIVE_INFINITY): Element[] {
  try {
    const [only, ...others] = roots;
    // A document keeps its elements of a tag; every other query visits the page.
    if (others.length === 0 && only && nodeTypeOf(only) !== 11 && /^[a-z]+$/.test(css))
      return listed(byTag(only, css), most);
    return roots.flatMap((root) => listed(queryAll(root, css), most));
  } catch {
    return [];
  }
}

/** How many elements a CSS selector matches in all of the roots. */
export function countRoots(roots: readonly Root[], css: string): number {
  try {
    return roots.reduce((sum, root) => sum + queryAll(root, css).length, 0);
  } catch {
    return 0;
  }
}

/** How many elements of a tag there are in all of the roots, the first `most` of each; none of a tag that is no selector. */
export function countTag(roots: readonly Root[], tag: string, most: number): number {
  const [only, ...others] = roots;
  if (others.length === 0 && only && nodeTypeOf(only) !== 11 && /^[a-z]+$/.test(tag))
    return Math.min(most, memoryOf(roots)?.count(tag) ?? byTag(only, tag).length);
  return queryRoots(roots, tag, most).length;
}

/** Whether a CSS selector that matches the element matches nothing else in any of the roots. */
export function namesOnly(roots: readonly Root[], css: string, element: Element): boolean {
  try {
    // To find the first is to find most of those that are not unique, after a few elements.
    for (const root of roots) {
      const first = queryFirst(root, css);
      if (first) return first === element && countRoots(roots, css) === 1;
    }
    return false;
  } catch {
    return false;
  }
}

/** Host of a shadow root, null for any other node. (A link has a `host` too: that of its address.) */
export const hostOf = (node: Node | null): Element | null =>
  (node && nodeTypeOf(node) === 11 && (node as ShadowRoot).host) || null;

/** Parent element, or the host of the shadow root that the element is the top of. */
export const parentOf = (element: Element): Element | null => parentElementOf(element) ?? hostOf(parentNodeOf(element));

/** `closest` that goes on through the hosts of shadow roots. */
export function closestOf(element: Element, css: string): Element | null {
  for (let at: Element | null = element; at; at = hostOf(rootOf(at))) {
    const hit = closest(at, css);
    if (hit) return hit;
  }
  return null;
}

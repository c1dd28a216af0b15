/** Where `querySelectorAll` starts: a document, a shadow root or an element. */
export type Root = Document | ShadowRoot | Element;

const cache = new WeakMap<Document, { size: number; roots: readonly Root[] }>();

function collect(root: Root, into: Root[]): Root[] {
  into.push(root);
  const shadow = 'shadowRoot' in root ? root.shadowRoot : null;
  if (shadow) collect(shadow, into);
  for (const element of root.querySelectorAll('*')) if (element.shadowRoot) collect(element.shadowRoot, into);
  return into;
}

/** The root and every open shadow root in it, in document order, as Playwright's selectors see them. */
export const openRoots = (root: Root): readonly Root[] => collect(root, []);

/**
 * `openRoots` of a document, kept while its number of elements stays the same: visiting 12,000 elements for each signed
 * click would cost more than all the rest. A shadow root attached meanwhile is seen with the next element that comes.
 */
export function recentRoots(document: Document): readonly Root[] {
  const size = document.getElementsByTagName('*').length;
  const known = cache.get(document);
  if (known?.size === size) return known.roots;
  const roots = openRoots(document);
  cache.set(document, { size, roots });
  return roots;
}

/** An array of a collection, without the iterator that costs several times as much. */
function listed(collection: HTMLCollectionOf<Element>): Element[] {
  const elements = new Array<Element>(collection.length);
  for (let at = 0; at < elements.length; at += 1) elements[at] = collection[at]!;
  return elements;
}

/** Matches of a CSS selector in all of the roots; a selector that does not parse matches nothing. */
export function queryRoots(roots: readonly Root[], css: string): Element[] {
  try {
    const [only, ...others] = roots;
    // A document keeps its elements of a tag; every other query visits the page.
    if (others.length === 0 && only && 'getElementsByTagName' in only && /^[a-z]+$/.test(css))
      return listed(only.getElementsByTagName(css));
    return roots.flatMap((root) => Array.from(root.querySelectorAll(css)));
  } catch {
    return [];
  }
}

/** How many elements a CSS selector matches in all of the roots. */
export function countRoots(roots: readonly Root[], css: string): number {
  try {
    return roots.reduce((sum, root) => sum + root.querySelectorAll(css).length, 0);
  } catch {
    return 0;
  }
}

/** Whether a CSS selector that matches the element matches nothing else in any of the roots. */
export function namesOnly(roots: readonly Root[], css: string, element: Element): boolean {
  try {
    // To find the first is to find most of those that are not unique, after a few elements.
    const first = roots.map((root) => root.querySelector(css)).find((hit) => hit !== null);
    return first === element && countRoots(roots, css) === 1;
  } catch {
    return false;
  }
}

/** Host of a shadow root, null for any other node. (A link has a `host` too: that of its address.) */
export const hostOf = (node: Node | null): Element | null =>
  (node?.nodeType === 11 && (node as ShadowRoot).host) || null;

/** Parent element, or the host of the shadow root that the element is the top of. */
export const parentOf = (element: Element): Element | null => element.parentElement ?? hostOf(element.parentNode);

/** `closest` that goes on through the hosts of shadow roots. */
export function closestOf(element: Element, css: string): Element | null {
  for (let at: Element | null = element; at; at = hostOf(at.getRootNode())) {
    const hit = at.closest(css);
    if (hit) return hit;
  }
  return null;
}

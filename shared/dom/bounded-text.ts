import { documentOf, firstChildOf, nextSiblingOf, nodeTypeOf, treeWalkerOf } from './unclobbered.ts';

/** Nodes that one question may still visit, over all the texts that it looks at. */
export interface Visits {
  left: number;
}

export interface BoundedText {
  readonly text: string;
  /** There is more than was read. */
  readonly cut: boolean;
}

const SHOW_ALL = 0xffffffff;
const MAX_NODES = 300;

const textOf = (node: Text, maxChars: number): BoundedText => {
  const cut = node.length > maxChars;
  return { text: cut ? node.substringData(0, maxChars) : node.data, cut };
};

/**
 * Text content of an element as far as it is worth reading: its first `maxChars` characters in its first 300 nodes. The platform's
 * `textContent` builds all of it, ten megabytes too, once for each of the elements that hold it.
 */
export function boundedText(element: Element, maxChars: number, visits: Visits = { left: MAX_NODES }): BoundedText {
  const first = firstChildOf(element);
  if (!first) return { text: '', cut: false };
  // Most elements that are asked hold one text, and to make a walker takes longer than to read it.
  if (nodeTypeOf(first) === 3 && !nextSiblingOf(first) && visits.left > 0) {
    visits.left -= 1;
    return textOf(first as Text, maxChars);
  }
  const walker = treeWalkerOf(documentOf(element), element, SHOW_ALL);
  let text = '';
  for (let n = 0; ; n += 1) {
    const node = walker.nextNode();
    if (!node) return { text, cut: false };
    if (n >= MAX_NODES || visits.left <= 0 || text.length >= maxChars) return { text, cut: true };
    visits.left -= 1;
    if (nodeTypeOf(node) !== 3) continue;
    text += textOf(node as Text, maxChars).text;
    if (text.length > maxChars) return { text: text.slice(0, maxChars), cut: true };
  }
}

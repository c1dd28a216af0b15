import { firstChildOf, localNameOf, nextSiblingOf, nodeTypeOf } from '../dom/unclobbered.ts';
import { isField } from './name.ts';

const SKIPPED = new Set(['script', 'style', 'noscript', 'template', 'svg']);
/** Nodes visited and characters kept of one text: more says no more about which element it is. */
const MAX_NODES = 200;
const MAX_CHARS = 300;

export interface TextOptions {
  readonly masked: (element: Element) => boolean;
  /** Subtrees that are left out. */
  readonly without?: (element: Element) => boolean;
  readonly maxChars?: number;
}

/** Text in an element without that of masked elements, fields and scripts; bounded, its beginning where it is longer. */
export function textOf(element: Element, { masked, without, maxChars = MAX_CHARS }: TextOptions): string {
  let nodes = MAX_NODES;
  let text = '';
  const readable = (inner: Element): boolean => {
    const tag = localNameOf(inner);
    return !SKIPPED.has(tag) && !isField(inner, tag) && !masked(inner);
  };
  const visit = (node: Node): void => {
    for (let child = firstChildOf(node); child && nodes > 0 && text.length < maxChars; child = nextSiblingOf(child)) {
      nodes -= 1;
      const type = nodeTypeOf(child);
      if (type === 3) text += `${(child as Text).data.slice(0, maxChars)} `;
      else if (type === 1 && !without?.(child as Element) && readable(child as Element)) visit(child);
    }
  };
  if (readable(element)) visit(element);
  return text.slice(0, maxChars).replace(/\s+/g, ' ').trim();
}

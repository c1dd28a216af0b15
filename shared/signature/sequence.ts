import {
  attributeNamesOf,
  attributeOf,
  bodyOf,
  firstElementOf,
  hasAttribute,
  hasAttributes,
  localNameOf,
  nextElementOf,
} from '../dom/unclobbered.ts';
import { OWN_ATTRIBUTE, type SignatureContext, testIdAttributes } from './context.ts';
import { generated } from './generated.ts';
import { shadowOf } from './roots.ts';

/** How much of the top of the body tells which page it is. */
const MAX_ELEMENTS = 400;
const MAX_DEPTH = 24;
const MAX_CHILDREN = 60;
/** Like siblings that count: lists of three and of three hundred entries are one page. */
const MAX_ALIKE = 3;
/** Elements looked at, the like ones that do not count among them. */
const MAX_VISITED = 4000;
const SKIPPED = new Set(['script', 'style', 'link', 'meta', 'noscript', 'template']);
/** Drawn, not structure: their insides are left out. */
const OPAQUE = new Set(['svg', 'math', 'select', 'object', 'canvas', 'video', 'audio', 'iframe']);

function token(element: Element, attributes: readonly string[], ctx: SignatureContext): string {
  // Asking for the names once is cheaper than for each attribute, and their order in the page must not matter.
  const names = hasAttributes(element)
    ? attributeNamesOf(element)
        .filter((name) => attributes.includes(name))
        .sort()
    : [];
  if (names.length === 0 || ctx.masked(element)) return localNameOf(element);
  return names.reduce((text, name) => {
    const value = attributeOf(element, name);
    return value && !generated(value) ? `${text}[${name}=${ctx.scrub(value)}]` : text;
  }, localNameOf(element));
}

/** Tag and key attributes (role, type, id, name, test ids) of the first elements of the body in document order, with their depth. */
export function topSequence(document: Document, ctx: SignatureContext): string[] {
  const attributes = ['role', 'type', 'id', 'name', ...testIdAttributes(ctx)];
  const sequence: string[] = [];
  let visited = 0;
  const visit = (parent: Element | ShadowRoot, depth: number): void => {
    let last = '';
    let alike = 0;
    let children = 0;
    for (let child = firstElementOf(parent); child && visited < MAX_VISITED; child = nextElementOf(child)) {
      visited += 1;
      if (sequence.length >= MAX_ELEMENTS || children >= MAX_CHILDREN) return;
      if (SKIPPED.has(localNameOf(child)) || hasAttribute(child, OWN_ATTRIBUTE)) continue;
      const own = token(child, attributes, ctx);
      alike = own === last ? alike + 1 : 1;
      last = own;
      if (alike > MAX_ALIKE) continue;
      children += 1;
      sequence.push(`${depth}${own}`);
      if (depth >= MAX_DEPTH || OPAQUE.has(localNameOf(child))) continue;
      const shadow = shadowOf(child);
      if (shadow) visit(shadow, depth + 1);
      visit(child, depth + 1);
    }
  };
  const body = bodyOf(document);
  if (body) visit(body, 0);
  return sequence;
}

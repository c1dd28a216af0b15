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
import { OWN_ATTRIBUTE, type ReadContext, testIdAttributes } from './context.ts';
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

/** Between an element's tag and its attributes, and between elements: neither tags nor values that count hold white space. */
const ATTRIBUTE = '\t';
const ELEMENT = '\n';

function read(element: Element, attributes: readonly string[], ctx: ReadContext): string {
  // Asking for the names once is cheaper than for each attribute, and their order in the page must not matter.
  const names = hasAttributes(element)
    ? attributeNamesOf(element)
        .filter((name) => attributes.includes(name))
        .sort()
    : [];
  if (names.length === 0 || ctx.masked(element)) return localNameOf(element);
  return names.reduce((text, name) => {
    const value = attributeOf(element, name);
    return value && !generated(value) ? `${text}${ATTRIBUTE}${name}=${value}` : text;
  }, localNameOf(element));
}

/**
 * Tag and key attributes (role, type, id, name, test ids) of the first elements of the body in document order, with their depth; one
 * text, since a list would cost more to send than to make. `tokensOf` takes it apart.
 */
export function topSequence(document: Document, ctx: ReadContext): string {
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
      const own = read(child, attributes, ctx);
      alike = own === last ? alike + 1 : 1;
      last = own;
      if (alike > MAX_ALIKE) continue;
      children += 1;
      sequence.push(depth + own);
      if (depth >= MAX_DEPTH || OPAQUE.has(localNameOf(child))) continue;
      const shadow = shadowOf(child);
      if (shadow) visit(shadow, depth + 1);
      visit(child, depth + 1);
    }
  };
  const body = bodyOf(document);
  if (body) visit(body, 0);
  return sequence.join(ELEMENT);
}

const depthOf = (token: string): number => Number.parseInt(token, 10);

/** Scrubbing makes entries of a list alike that were not: they count as often as others, with all that is in them. */
function withoutRepeats(tokens: readonly string[]): string[] {
  /** Last token and how often it came, by depth. */
  const runs: { token: string; count: number }[] = [];
  let skipped = Number.POSITIVE_INFINITY;
  return tokens.filter((token) => {
    const depth = depthOf(token);
    if (depth > skipped) return false;
    const run = runs[depth];
    const count = run?.token === token ? run.count + 1 : 1;
    runs.length = depth;
    runs[depth] = { token, count };
    skipped = count > MAX_ALIKE ? depth : Number.POSITIVE_INFINITY;
    return count <= MAX_ALIKE;
  });
}

/** `2div[id=menu][role=navigation]` … of a `topSequence`, values scrubbed. */
export function tokensOf(sequence: string, scrub: (text: string) => string): string[] {
  if (sequence === '') return [];
  let scrubbed = false;
  const tokens = sequence.split(ELEMENT).map((element) => {
    const [tag, ...attributes] = element.split(ATTRIBUTE);
    return attributes.reduce((token, attribute) => {
      const at = attribute.indexOf('=') + 1;
      const value = attribute.slice(at);
      const clean = scrub(value);
      scrubbed ||= clean !== value;
      return `${token}[${attribute.slice(0, at)}${clean}]`;
    }, tag ?? '');
  });
  return scrubbed ? withoutRepeats(tokens) : tokens;
}

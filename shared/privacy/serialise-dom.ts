import {
  attributeNamesOf,
  attributeOf,
  documentElementOf,
  firstChildOf,
  hasAttribute,
  localNameOf,
  nextSiblingOf,
  nodeTypeOf,
  openShadowOf,
} from '../dom/unclobbered.ts';
import { type AttributeRules, keptAttribute } from './attribute-rules.ts';
import type { Masked } from './masked.ts';
import { createNeighbours } from './neighbours.ts';
import type { Enter } from './text-run.ts';

export interface SerialiseOptions {
  readonly scrub: (text: string) => string;
  readonly masked: Masked;
  /** Bound of the result in UTF-8 bytes. */
  readonly maxBytes: number;
  readonly testIdAttributes?: readonly string[];
}

const DROPPED = new Set(['script', 'style', 'noscript', 'template', 'base', 'meta', 'object', 'embed']);
const EMPTY = new Set(['area', 'br', 'col', 'hr', 'img', 'input', 'link', 'source', 'track', 'wbr']);
/** Their content is what somebody typed. */
const TYPED = new Set(['textarea']);
const CUT = '<!--cut-->';
const DEFAULT_TEST_IDS = ['data-testid', 'data-test', 'data-qa', 'data-cy', 'data-test-id'];
/** On elements that our extension added. */
const OWN = 'data-laskobot-runs';
const MAX_DEPTH = 400;
/** Nodes visited; a page that has more is cut. */
const MAX_NODES = 300_000;

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (char) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[char] ?? char);
/** Same length, no content; white space stays so that lines break alike. */
const blocks = (text: string): string => text.replace(/\S/gu, '█');
/** Upper bound that needs no encoder: a UTF-16 unit takes at most three bytes. */
const bytes = (text: string): number => {
  let sum = 0;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    sum += unit < 0x80 ? 1 : unit < 0x800 ? 2 : 3;
  }
  return sum;
};

/** Whether a person types into it; asked of the attribute, which the controls of a form cannot hide. */
const isEditor = (element: Element): boolean => (attributeOf(element, 'contenteditable') ?? 'false') !== 'false';

/** What a page is copied with. */
interface Copying extends SerialiseOptions {
  readonly rules: AttributeRules;
  /** The clean text of a text node. */
  readonly textOf: (node: Node) => string;
}

/** Elements of which nothing is kept. */
const isDropped = (element: Element): boolean => {
  const tag = localNameOf(element);
  return DROPPED.has(tag) || hasAttribute(element, OWN) || !/^[a-z][\w.:-]*$/i.test(tag);
};
const isTyped = (element: Element): boolean => TYPED.has(localNameOf(element)) || isEditor(element);

/** One piece or more for each node, an empty one where nothing of it is kept. `above`: the element that a text stands in is masked. */
function* pieces(node: Node, above: boolean, depth: number, options: Copying): Generator<string> {
  const type = nodeTypeOf(node);
  if (type === 3) {
    const text = node.nodeValue ?? '';
    if (!text.trim()) return yield text;
    return yield escaped(above ? blocks(text.slice(0, options.maxBytes)) : options.textOf(node));
  }
  if (type !== 1 || depth > MAX_DEPTH) return yield '';
  const element = node as Element;
  const tag = localNameOf(element);
  if (isDropped(element)) return yield '';
  if (tag === 'link' && !/\bstylesheet\b/i.test(attributeOf(element, 'rel') ?? '')) return yield '';
  const covered = options.masked(element);
  let open = `<${tag}`;
  for (const name of attributeNamesOf(element)) {
    const value = attributeOf(element, name) ?? '';
    const kept =
      covered && !['type', 'role', 'hidden'].includes(name) ? undefined : keptAttribute(name, value, options.rules);
    if (kept !== undefined && /^[\w:.-]+$/.test(name)) open += ` ${name}="${escaped(kept)}"`;
  }
  yield `${open}>`;
  if (EMPTY.has(tag)) return;
  // Not even how long it is.
  if (isTyped(element)) return yield `</${tag}>`;
  const shadow = openShadowOf(element);
  if (shadow) {
    yield '<template shadowrootmode="open">';
    yield* inside(shadow, covered, depth + 1, options);
    yield '</template>';
  }
  yield* inside(element, covered, depth + 1, options);
  yield `</${tag}>`;
}

function* inside(parent: Node, ...how: Tail<Parameters<typeof pieces>>): Generator<string> {
  for (let child = firstChildOf(parent); child; child = nextSiblingOf(child)) yield* pieces(child, ...how);
}
type Tail<A extends unknown[]> = A extends [unknown, ...infer T] ? T : never;

/**
 * Serialises a page piece by piece: a caller stops and goes on where it likes, and says so by `true`: what is masked is then asked
 * anew; by `false`, that what there is must do. A page that changes meanwhile is copied partly as it was and partly as it is. The return value is the HTML, without doctype, at
 * most `maxBytes` long; `<!--cut-->` ends one that was longer. Texts and attributes are scrubbed; values, scripts, styles,
 * comments, handlers, data attributes and what was typed are gone; masked text is blocks of the same length. What is found only in
 * texts read together is taken out of each of them. Open shadow roots are declarative ones.
 */
export function* serialiseDomSteps(
  document: Document,
  options: SerialiseOptions,
): Generator<undefined, string, boolean | undefined> {
  const rules: AttributeRules = {
    scrub: options.scrub,
    testIdAttributes: options.testIdAttributes ?? DEFAULT_TEST_IDS,
    baseUrl: document.baseURI,
  };
  let html = '';
  let size = CUT.length;
  const known = new Map<Element, boolean>();
  const masked = (element: Element): boolean => options.masked(element, known);
  const enter: Enter = (element) => (isDropped(element) ? 'over' : isTyped(element) || masked(element) ? 'end' : 'in');
  const copying = { ...options, masked, rules, textOf: createNeighbours(options.scrub, enter) };
  const root = documentElementOf(document);
  if (!root) return html;
  let visited = 0;
  for (const piece of pieces(root, false, 0, copying)) {
    size += bytes(piece);
    visited += 1;
    if (size > options.maxBytes || visited > MAX_NODES) return html + CUT;
    html += piece;
    const resumed = yield undefined;
    if (resumed === false) return html + CUT;
    if (resumed) known.clear();
  }
  return html;
}

/** The same at once. */
export function serialiseDom(document: Document, options: SerialiseOptions): string {
  const steps = serialiseDomSteps(document, options);
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}

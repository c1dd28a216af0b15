import { type AttributeRules, keptAttribute } from './attribute-rules.ts';
import type { Masked } from './masked.ts';

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

function* pieces(
  node: Node,
  /** In what somebody typed, or the element that the text stands in is masked. */
  { typed, hidden }: { readonly typed: boolean; readonly hidden: boolean },
  depth: number,
  options: SerialiseOptions,
  rules: AttributeRules,
): Generator<string> {
  if (node.nodeType === 3) {
    const text = node.nodeValue ?? '';
    if (!text.trim()) return yield text;
    yield escaped(hidden ? blocks(text.slice(0, options.maxBytes)) : options.scrub(text));
  }
  if (node.nodeType !== 1 || depth > MAX_DEPTH) return;
  const element = node as Element;
  const tag = element.localName;
  if (DROPPED.has(tag) || element.hasAttribute(OWN) || !/^[a-z][\w.:-]*$/i.test(tag)) return;
  if (tag === 'link' && !/\bstylesheet\b/i.test(element.getAttribute('rel') ?? '')) return;
  const covered = typed || options.masked(element);
  const inField = typed || TYPED.has(tag) || (element as HTMLElement).isContentEditable === true;
  const within = { typed: inField, hidden: covered || inField };
  let open = `<${tag}`;
  for (const { name, value } of element.attributes) {
    const kept = covered && !['type', 'role', 'hidden'].includes(name) ? undefined : keptAttribute(name, value, rules);
    if (kept !== undefined && /^[\w:.-]+$/.test(name)) open += ` ${name}="${escaped(kept)}"`;
  }
  yield `${open}>`;
  if (EMPTY.has(tag)) return;
  if (element.shadowRoot) {
    yield '<template shadowrootmode="open">';
    for (const child of element.shadowRoot.childNodes) yield* pieces(child, within, depth + 1, options, rules);
    yield '</template>';
  }
  for (const child of element.childNodes) yield* pieces(child, within, depth + 1, options, rules);
  yield `</${tag}>`;
}

/**
 * Serialises a page piece by piece: a caller stops and goes on where it likes. The return value is the HTML, without doctype, at
 * most `maxBytes` long; `<!--cut-->` ends one that was longer. Texts and attributes are scrubbed; values, scripts, styles,
 * comments, handlers and data attributes are gone; masked and typed text is blocks of the same length. Open shadow roots
 * are declarative ones.
 */
export function* serialiseDomSteps(document: Document, options: SerialiseOptions): Generator<undefined, string> {
  const rules: AttributeRules = {
    scrub: options.scrub,
    testIdAttributes: options.testIdAttributes ?? DEFAULT_TEST_IDS,
    baseUrl: document.baseURI,
  };
  let html = '';
  let size = CUT.length;
  const known = new Map<Element, boolean>();
  const asked: SerialiseOptions = { ...options, masked: (element) => options.masked(element, known) };
  for (const piece of pieces(document.documentElement, { typed: false, hidden: false }, 0, asked, rules)) {
    size += bytes(piece);
    if (size > options.maxBytes) return html + CUT;
    html += piece;
    yield undefined;
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

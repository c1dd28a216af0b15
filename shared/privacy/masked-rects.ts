import { checkVisibility, openShadowOf } from '../dom/unclobbered.ts';
import { MASKED, type MaskedMemory, maskedBy, parentOrHost, USER_INPUTS } from './masked.ts';
import { createNeighbours } from './neighbours.ts';
import type { Scrub } from './scrub.ts';

/** Box in CSS pixels of the viewport. */
export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface RectOptions {
  /** CSS of what is masked, with everything inside it. */
  readonly selector?: string;
  /** Texts that it changes, by themselves or read together with those beside them, are covered. */
  readonly scrub?: Scrub;
  /** Reads closed shadow roots too, where the platform lets one. */
  readonly shadowOf?: (element: Element) => ShadowRoot | null;
}

/** Texts and roots looked at in one page, at the most; one that holds more is not taken a picture of. */
const MAX_TEXTS = 50_000;
const MAX_ROOTS = 1000;

/** Elements that are drawn without text. */
const DRAWN = 'img,picture,svg,canvas,video,input,textarea,select,button';

/** Where something of the page is drawn: its document or shadow root, and how far its frame stands from the page's corner. */
interface Part {
  readonly root: Document | ShadowRoot;
  readonly dx: number;
  readonly dy: number;
}

function createSight({ innerWidth, innerHeight }: Window) {
  const inSight = ({ x, y, width, height }: Rect): boolean =>
    width > 0 && height > 0 && x < innerWidth && y < innerHeight && x + width > 0 && y + height > 0;
  return (rects: Iterable<DOMRect>, { dx, dy }: Part): Rect[] =>
    Array.from(rects, ({ left, top, width, height }) => ({ x: left + dx, y: top + dy, width, height })).filter(inSight);
}

/**
 * Boxes to paint over before a screenshot is kept: masked elements, all fields, texts that hold something personal, frames of other
 * origins; inside shadow roots and frames of the same origin too. Only those in sight. In steps, between which a caller may rest, and
 * says so by `true`: what is masked is then asked anew. Of a page that changes or scrolls meanwhile the boxes are worth nothing.
 * @throws where the page holds more than can be looked at
 */
export function* maskedRectsSteps(
  document: Document,
  options: RectOptions = {},
): Generator<undefined, Rect[], boolean | undefined> {
  const { selector = MASKED, scrub, shadowOf = openShadowOf } = options;
  const isMasked = maskedBy(selector);
  const known: MaskedMemory = new Map();
  const { defaultView } = document;
  if (!defaultView) return [];
  const cleanOf =
    scrub &&
    createNeighbours(scrub, (element) =>
      isMasked(element, known) ? 'end' : checkVisibility(element, {}) ? 'in' : 'over',
    );
  const seen = createSight(defaultView);
  const rects: Rect[] = [];
  const parts: Part[] = [{ root: document, dx: 0, dy: 0 }];
  let texts = 0;

  function* rested(): Generator<undefined, void, boolean | undefined> {
    if (yield undefined) known.clear();
  }

  function isCovered(node: Node): boolean {
    const parent = parentOrHost(node);
    if (!parent) return false;
    // What is masked may be drawn outside of its element's box, or have none.
    if (isMasked(parent, known)) return true;
    return cleanOf !== undefined && checkVisibility(parent, {}) && cleanOf(node) !== node.nodeValue;
  }

  function* coverTexts(part: Part): Generator<undefined, void, boolean | undefined> {
    const owner = part.root.ownerDocument ?? (part.root as Document);
    const walker = owner.createTreeWalker(part.root, 4);
    const range = owner.createRange();
    while (walker.nextNode()) {
      yield* rested();
      texts += 1;
      if (texts > MAX_TEXTS) throw new Error('The page holds too many texts for a picture.');
      const node = walker.currentNode;
      if (!node.nodeValue?.trim()) continue;
      range.selectNodeContents(node);
      const drawn = seen(range.getClientRects(), part);
      if (drawn.length > 0 && isCovered(node)) rects.push(...drawn);
    }
  }

  for (let part = parts[0], at = 0; part; at += 1, part = parts[at]) {
    if (at >= MAX_ROOTS) throw new Error('The page holds too many shadow roots and frames for a picture.');
    const { root, dx, dy } = part;
    yield* coverTexts(part);
    for (const element of root.querySelectorAll(`${selector},:is(${selector}) :is(${DRAWN}),${USER_INPUTS}`)) {
      rects.push(...seen(element.getClientRects(), part));
      yield* rested();
    }
    for (const frame of root.querySelectorAll('iframe,frame,object,embed')) {
      const inner = (frame as HTMLIFrameElement).contentDocument;
      const { left, top } = frame.getBoundingClientRect();
      if (inner?.documentElement && !frame.closest(selector))
        parts.push({ root: inner, dx: dx + left + frame.clientLeft, dy: dy + top + frame.clientTop });
      else rects.push(...seen(frame.getClientRects(), part));
    }
    for (const element of root.querySelectorAll('*')) {
      const shadow = shadowOf(element);
      if (shadow) parts.push({ root: shadow, dx, dy });
      yield* rested();
    }
  }
  return rects;
}

/** The same at once. */
export function maskedRects(document: Document, options?: RectOptions): Rect[] {
  const steps = maskedRectsSteps(document, options);
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}

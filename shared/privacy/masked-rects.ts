import { MASKED, USER_INPUTS } from './masked.ts';

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
  /** Whether a text holds something personal: all of it is covered then. */
  readonly personal?: (text: string) => boolean;
}

/** Texts looked at in one page, at the most; one that holds more is not taken a picture of. */
const MAX_TEXTS = 50_000;

function* personalRects(root: Document | ShadowRoot, personal: (text: string) => boolean): Generator<DOMRect> {
  const document = root.ownerDocument ?? (root as Document);
  const walker = document.createTreeWalker(root, 4);
  for (let count = 0; walker.nextNode(); count += 1) {
    if (count > MAX_TEXTS) throw new Error('The page holds too many texts for a picture.');
    const text = walker.currentNode.nodeValue ?? '';
    if (!text.trim() || walker.currentNode.parentElement?.checkVisibility() === false || !personal(text)) continue;
    const range = document.createRange();
    range.selectNodeContents(walker.currentNode);
    yield* range.getClientRects();
  }
}

function collect(root: Document | ShadowRoot, dx: number, dy: number, options: RectOptions, into: Rect[]): void {
  const { selector = MASKED, personal } = options;
  const add = ({ left, top, width, height }: DOMRect): void => {
    if (width > 0 && height > 0) into.push({ x: left + dx, y: top + dy, width, height });
  };
  const cover = (element: Element): void => {
    for (const rect of element.getClientRects()) add(rect);
  };
  if (personal) for (const rect of personalRects(root, personal)) add(rect);
  for (const element of root.querySelectorAll(`${selector},${USER_INPUTS}`)) cover(element);
  for (const frame of root.querySelectorAll('iframe,frame,object,embed')) {
    const inner = (frame as HTMLIFrameElement).contentDocument;
    const { left, top } = frame.getBoundingClientRect();
    if (inner?.documentElement && !frame.closest(selector))
      collect(inner, dx + left + frame.clientLeft, dy + top + frame.clientTop, options, into);
    else cover(frame);
  }
  for (const element of root.querySelectorAll('*'))
    if (element.shadowRoot) collect(element.shadowRoot, dx, dy, options, into);
}

/**
 * Boxes to paint over before a screenshot is kept: masked elements, all fields, texts that hold something personal, frames of other
 * origins; inside open shadow roots
 * and frames of the same origin too. Only those in sight.
 */
export function maskedRects(document: Document, options: RectOptions = {}): Rect[] {
  const rects: Rect[] = [];
  collect(document, 0, 0, options, rects);
  const { innerWidth = 0, innerHeight = 0 } = document.defaultView ?? {};
  return rects.filter(
    ({ x, y, width, height }) => x < innerWidth && y < innerHeight && x + width > 0 && y + height > 0,
  );
}

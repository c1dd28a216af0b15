import { MASKED, USER_INPUTS } from './masked.ts';

/** Box in CSS pixels of the viewport. */
export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function collect(root: Document | ShadowRoot, dx: number, dy: number, into: Rect[]): void {
  const cover = (element: Element): void => {
    for (const { left, top, width, height } of element.getClientRects())
      if (width > 0 && height > 0) into.push({ x: left + dx, y: top + dy, width, height });
  };
  for (const element of root.querySelectorAll(`${MASKED},${USER_INPUTS}`)) cover(element);
  for (const frame of root.querySelectorAll('iframe,frame,object,embed')) {
    const inner = (frame as HTMLIFrameElement).contentDocument;
    const { left, top } = frame.getBoundingClientRect();
    if (inner?.documentElement && !frame.closest(MASKED))
      collect(inner, dx + left + frame.clientLeft, dy + top + frame.clientTop, into);
    else cover(frame);
  }
  for (const element of root.querySelectorAll('*')) if (element.shadowRoot) collect(element.shadowRoot, dx, dy, into);
}

/**
 * Boxes to paint over before a screenshot is kept: masked elements, all fields, frames of other origins; inside open shadow roots
 * and frames of the same origin too. Only those in sight.
 */
export function maskedRects(document: Document): Rect[] {
  const rects: Rect[] = [];
  collect(document, 0, 0, rects);
  const { innerWidth = 0, innerHeight = 0 } = document.defaultView ?? {};
  return rects.filter(
    ({ x, y, width, height }) => x < innerWidth && y < innerHeight && x + width > 0 && y + height > 0,
  );
}

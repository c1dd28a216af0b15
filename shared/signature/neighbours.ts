import { attributeOf, documentOf, localNameOf, rootOf, treeWalkerOf } from '../dom/unclobbered.ts';
import type { ReadContext } from './context.ts';
import { isControl } from './control.ts';
import { marksOf } from './marks.ts';
import { visible } from './name.ts';
import { textOf } from './text.ts';

/** Elements looked at on either side. */
const MAX_STEPS = 60;
const MAX_NEIGHBOUR_CHARS = 60;
/** One contains the other, in the bits of `compareDocumentPosition`. */
const NESTED = 8 | 16;

function called(element: Element, ctx: ReadContext): string {
  if (ctx.masked(element)) return '';
  return (
    attributeOf(element, 'aria-label') ||
    attributeOf(element, 'placeholder') ||
    attributeOf(element, 'title') ||
    textOf(element, { masked: ctx.masked, maxChars: MAX_NEIGHBOUR_CHARS }) ||
    marksOf(element, ctx)
  );
}

/** What a visible control is called; undefined for anything else. */
function callingOf(element: Element, ctx: ReadContext): string | undefined {
  if (ctx.callings?.has(element)) return ctx.callings.get(element);
  const tag = localNameOf(element);
  const control = tag !== 'label' && isControl(element, tag) && visible(element);
  const calling = control ? (called(element, ctx) || tag).slice(0, MAX_NEIGHBOUR_CHARS) : undefined;
  ctx.callings?.set(element, calling);
  return calling;
}

function beside(element: Element, ctx: ReadContext, walker: TreeWalker, step: 'previousNode' | 'nextNode'): string {
  walker.currentNode = element;
  for (let n = 0; n < MAX_STEPS; n += 1) {
    const at = walker[step]() as Element | null;
    if (!at) break;
    const calling = callingOf(at, ctx);
    if (calling !== undefined && !(element.compareDocumentPosition(at) & NESTED)) return calling;
  }
  return '';
}

/** What the controls are called that stand right before and after an element: between the same two it is most likely the same. */
export function neighboursOf(element: Element, ctx: ReadContext): { readonly before: string; readonly after: string } {
  const walker = treeWalkerOf(documentOf(element), rootOf(element), 1);
  return { before: beside(element, ctx, walker, 'previousNode'), after: beside(element, ctx, walker, 'nextNode') };
}

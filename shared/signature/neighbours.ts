import { attributeOf, documentOf, localNameOf, matches, rootOf, treeWalkerOf } from '../dom/unclobbered.ts';
import type { ReadContext } from './context.ts';
import { CONTROLS } from './control.ts';
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
  const said = ['aria-label', 'placeholder', 'title'].map((name) => attributeOf(element, name));
  return (
    [...said, textOf(element, { ...ctx, maxChars: MAX_NEIGHBOUR_CHARS }), marksOf(element, ctx)].find(Boolean) ?? ''
  );
}

function beside(element: Element, ctx: ReadContext, step: 'previousNode' | 'nextNode'): string {
  const walker = treeWalkerOf(documentOf(element), rootOf(element), 1);
  walker.currentNode = element;
  for (let n = 0; n < MAX_STEPS; n += 1) {
    const at = walker[step]() as Element | null;
    if (!at) break;
    const other =
      localNameOf(at) !== 'label' && matches(at, CONTROLS) && !(element.compareDocumentPosition(at) & NESTED);
    if (!other || !visible(at)) continue;
    return (called(at, ctx) || localNameOf(at)).slice(0, MAX_NEIGHBOUR_CHARS);
  }
  return '';
}

/** What the controls are called that stand right before and after an element: between the same two it is most likely the same. */
export const neighboursOf = (
  element: Element,
  ctx: ReadContext,
): { readonly before: string; readonly after: string } => ({
  before: beside(element, ctx, 'previousNode'),
  after: beside(element, ctx, 'nextNode'),
});

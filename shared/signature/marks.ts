import { boundedText } from '../dom/bounded-text.ts';
import { attributeNamesOf, attributeOf, firstElementOf, localNameOf, queryAll } from '../dom/unclobbered.ts';
import type { ReadContext } from './context.ts';
import { generated } from './generated.ts';

/** Attributes by which toolkits bind what a control does; what others hold may be data. */
const DOES = /^data-(\w+-)*(toggle|action|edit|dismiss)$/;
const DRAWN = 'i,svg,use,img,span:empty,option';
const MAX_DRAWN = 6;
const MAX_VALUE_CHARS = 60;
const MAX_MARK_CHARS = 300;

/**
 * What tells one control without a name from the next: what its icon is called (classes, a symbol's id), what toolkits let
 * it do, what a select has to choose from. What a machine made is left out.
 */
export function marksOf(element: Element, ctx: ReadContext): string {
  if (ctx.masked(element)) return '';
  const said: (string | null | undefined)[] = [];
  for (const name of attributeNamesOf(element)) if (DOES.test(name)) said.push(attributeOf(element, name));
  const drawn = firstElementOf(element) ? queryAll(element, DRAWN) : [];
  for (let at = 0; at < Math.min(MAX_DRAWN, drawn.length); at += 1) {
    const inner = drawn[at]!;
    if (ctx.masked(inner)) continue;
    said.push(attributeOf(inner, 'class'), attributeOf(inner, 'href')?.split('#')[1]);
    if (localNameOf(inner) === 'option') said.push(boundedText(inner, MAX_VALUE_CHARS).text);
  }
  return said
    .flatMap((value) => value?.slice(0, MAX_MARK_CHARS).split(/\s+/) ?? [])
    .filter((word) => word.length <= MAX_VALUE_CHARS && !generated(word))
    .join(' ')
    .trim()
    .slice(0, MAX_MARK_CHARS);
}

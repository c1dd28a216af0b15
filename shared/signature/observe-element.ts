import * as dom from '../dom/unclobbered.ts';
import { MAX_SHADOW_DEPTH } from '../protocol/limits.ts';
import type { ElementIdentity } from '../protocol/schema.ts';
import { hrefPath, rawAttribute, stableAttribute, tellingClasses, testIdOf } from './attributes.ts';
import { candidates } from './candidates.ts';
import { type ReadContext, remembering } from './context.ts';
import { controlOf } from './control.ts';
import { labelsOf } from './labels.ts';
import { marksOf } from './marks.ts';
import { neighboursOf } from './neighbours.ts';
import { MAX_LABEL_CHARS, type ObservedChoices, type ObservedElement } from './observed.ts';
import { placeOf, placeTells } from './place.ts';
import { type Reading, read } from './reading.ts';
import { recentRoots, rootsAround } from './roots.ts';
import { tellingScope } from './scope.ts';
import { tagOf, tagPath } from './surroundings.ts';
import { textOf } from './text.ts';
import { type Alike, alike } from './twins.ts';

const boxOf = (element: Element): ElementIdentity['box'] => {
  const { left, top, width, height } = dom.boxOf(element);
  const view = dom.viewOf(dom.documentOf(element));
  if (!view || (width === 0 && height === 0)) return undefined;
  return [left + view.scrollX, top + view.scrollY, width, height].map(Math.round) as [number, number, number, number];
};

function shadowDepth(element: Element): number {
  let depth = 0;
  for (const _root of rootsAround(element)) depth += 1;
  return Math.min(depth, MAX_SHADOW_DEPTH);
}

/** How an element is used, and its own handles. */
export const usageOf = (element: Element, role: string | undefined, ctx: ReadContext) => ({
  tag: tagOf(element),
  role,
  type: ['input', 'button'].includes(dom.localNameOf(element)) ? (element as HTMLInputElement).type : undefined,
  id: stableAttribute(element, 'id', ctx),
  name_attr: stableAttribute(element, 'name', ctx),
  href: hrefPath(element, ctx),
});

const labelled = (element: Element, ctx: ReadContext): string =>
  (ctx.masked(element) ? [] : labelsOf(element))
    .map((label) => textOf(label, ctx))
    .join(' ')
    .slice(0, MAX_LABEL_CHARS);

const NO_TWINS: Omit<Alike, 'named'> = { twins: [], count: 0, crowded: false };

/** What an element is recognised by. With `same`, also its place among its twins. */
export function describeReading(
  reading: Reading,
  ctx: ReadContext,
  same?: Alike,
): Omit<ObservedElement, 'choices' | 'label'> {
  const { element, role, name, text } = reading;
  const { twins, count, crowded } = same ?? NO_TWINS;
  const at = twins.indexOf(element);
  const place = placeOf(element, ctx);
  return {
    ...usageOf(element, role, ctx),
    placeholder: rawAttribute(element, 'placeholder', ctx, 300),
    classes: tellingClasses(element, ctx),
    name,
    text,
    ...place,
    marks: marksOf(element, ctx),
    ...neighboursOf(element, ctx),
    index: at < 0 || crowded ? undefined : at,
    count: count || undefined,
    told: count < 2 ? undefined : !crowded && placeTells(element, place, twins, ctx),
    path: tagPath(element),
    shadow: shadowDepth(element) || undefined,
    box: boxOf(element),
  };
}

export interface ObserveContext extends ReadContext {
  /** Whether scrubbing may change a value: then choices are told a second time without any such. */
  readonly doubtful?: (value: string) => boolean;
}

/** The control that an element belongs to, as it stands in the page. */
export function observeElement(element: Element, context: ObserveContext): ObservedElement {
  const ctx = remembering(context);
  const { doubtful } = ctx;
  const control = controlOf(element);
  const reading = read(control, ctx);
  const roots = recentRoots(dom.documentOf(control), control);
  const same = alike(reading, roots, ctx);
  const choose = (keeps: ReadContext['keeps']): ObservedChoices => {
    const keeping = { ...ctx, keeps };
    return {
      test_id: testIdOf(control, keeping),
      within: same.crowded ? undefined : tellingScope(control, same.twins, keeping),
      candidates: candidates(control, keeping, reading, roots, same),
    };
  };
  let doubted = false;
  const choices = choose((value) => {
    doubted ||= doubtful?.(value) ?? false;
    return ctx.keeps(value);
  });
  return {
    ...describeReading(reading, ctx, same),
    label: labelled(control, ctx),
    choices,
    plain: doubted && doubtful ? choose((value) => !doubtful(value)) : undefined,
  };
}

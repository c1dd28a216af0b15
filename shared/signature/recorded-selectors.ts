import type { BestSelectorData, ElementIdentity, SelectorKind } from '../protocol/schema.ts';
import { visible } from './name.ts';
import { query } from './query.ts';
import type { Root } from './roots.ts';

export type Target = Pick<BestSelectorData, 'selector' | 'kind' | 'alternatives' | 'identity'>;

/** Selectors that named one element when they were recorded, best first; only such a one can tell an element now. */
function recordedUnique(target: Target): { kind: SelectorKind; selector: string }[] {
  const best = target.alternatives.find(({ selector }) => selector === target.selector);
  const first = best && best.matches !== 1 ? [] : [{ kind: target.kind, selector: target.selector }];
  return [
    ...first,
    ...target.alternatives.filter(({ matches, selector }) => matches === 1 && selector !== target.selector),
  ];
}

/** Selectors of a handle alone; where it needed the tag beside it, another element had the same. */
const HANDLE = { test_id: /^\[/, id: /^[#[]/, attribute: /^[a-z]+\[name=/ } as const;

/** The identity without the handles that it shared with others when it was recorded. */
export function withOwnHandles(target: Target): ElementIdentity {
  const unique = recordedUnique(target);
  const own = (wanted: keyof typeof HANDLE): boolean =>
    unique.some(({ kind, selector }) => kind === wanted && HANDLE[wanted].test(selector));
  const { test_id, id, name_attr, ...rest } = target.identity;
  return {
    ...rest,
    ...(test_id && own('test_id') && { test_id }),
    ...(id !== undefined && own('id') && { id }),
    ...(name_attr !== undefined && own('attribute') && { name_attr }),
  };
}

/** Kinds that say where an element stands, not what it is. */
const BY_PLACE: readonly SelectorKind[] = ['css', 'positional'];

/** A recorded selector that names one visible element. */
export interface Hit {
  readonly kind: SelectorKind;
  readonly selector: string;
  readonly element: Element;
  /** Whether it says where the element stands, not what it is. */
  readonly byPlace: boolean;
}

/** What the recorded selectors lead to, best first. */
export const hitsOf = (target: Target, root: Root, roots: readonly Root[]): Hit[] =>
  recordedUnique(target).flatMap(({ kind, selector }) => {
    const [element, ...others] = query(root, selector, roots).filter(visible);
    return element && others.length === 0 ? [{ kind, selector, element, byPlace: BY_PLACE.includes(kind) }] : [];
  });

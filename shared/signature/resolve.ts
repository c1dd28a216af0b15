import type { BestSelectorData, ElementIdentity, SelectorKind, VerifyOutcome } from '../protocol/schema.ts';
import { keepingClean, remembering, type SignatureContext } from './context.ts';
import { identityOf } from './element.ts';
import { agreement } from './model.ts';
import { visible } from './name.ts';
import { placeAgrees } from './place-agrees.ts';
import { query } from './query.ts';
import { read } from './reading.ts';
import type { Root } from './roots.ts';
import { sameClass } from './same-class.ts';
import { search } from './search.ts';
import { nameAgreement } from './similarity.ts';
import { ACCEPT_BY_SELECTOR, ACCEPT_DECLARED, SAME_NAME } from './weights.ts';

export type Target = Pick<BestSelectorData, 'selector' | 'kind' | 'alternatives' | 'identity'>;

export type Resolution =
  | {
      readonly outcome: 'found';
      readonly element: Element;
      /** Probability that it is the recorded control, 0 to 1, as the model was fitted to know it. */
      readonly confidence: number;
      readonly found_by: SelectorKind | 'identity';
      /** The recorded selector that led to it; undefined where it was found by its identity. */
      readonly by_selector?: string;
    }
  | { readonly outcome: Exclude<VerifyOutcome, 'found' | 'page_mismatch'>; readonly reason: string };

/** Kinds that say where an element stands, not what it is: under them twins are told apart by their surroundings only. */
const BY_PLACE: readonly SelectorKind[] = ['css', 'positional'];

/** Whether a developer gave this control a handle of its own and it still has it: then it may have been renamed. */
function declared(kind: SelectorKind, a: ElementIdentity, b: ElementIdentity): boolean {
  if (kind === 'test_id') return a.test_id !== undefined && a.test_id.value === b.test_id?.value;
  if (kind === 'id') return a.id !== undefined && a.id === b.id;
  return kind === 'attribute' && a.name_attr !== undefined && a.name_attr === b.name_attr;
}

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
function withOwnHandles(target: Target): ElementIdentity {
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

/**
 * The element that a hint means, or why there is none. A unique selector counts only if its element agrees with the recorded
 * identity; after the selectors all plausible elements are compared, and one is taken only if the model is sure enough of it.
 * Deterministic; the work is bounded on any page.
 */
export function resolve(target: Target, root: Root, context: SignatureContext): Resolution {
  const ctx = remembering(keepingClean(context));
  const wanted = target.identity;
  let disagreed = 0;
  for (const { kind, selector } of recordedUnique(target)) {
    const hits = query(root, selector).filter(visible);
    const [element] = hits;
    if (!element || hits.length > 1) continue;
    const reading = read(element, ctx);
    const identity = identityOf(reading, ctx);
    const { share, probability } = agreement(wanted, identity);
    const named = nameAgreement(wanted, identity);
    const ours = declared(kind, wanted, identity);
    const agrees =
      sameClass(wanted, identity) &&
      share >= (ours ? ACCEPT_DECLARED : ACCEPT_BY_SELECTOR) &&
      (BY_PLACE.includes(kind) ? named === 1 && placeAgrees(reading, wanted, root, ctx) : named >= SAME_NAME || ours);
    if (agrees) return { outcome: 'found', element, confidence: probability, found_by: kind, by_selector: selector };
    disagreed += 1;
  }
  const searched = search(withOwnHandles(target), root, ctx);
  if (searched.outcome === 'found') return { ...searched, found_by: 'identity' };
  return searched.outcome === 'not_found' && disagreed > 0
    ? { outcome: 'identity_mismatch', reason: `${disagreed} unique selectors lead to another element` }
    : searched;
}

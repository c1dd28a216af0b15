import type { SelectorKind, VerifyOutcome } from '../protocol/schema.ts';
import { keepingClean, remembering, type SignatureContext, sealingOnce } from './context.ts';
import { hitsOf, type Target } from './recorded-selectors.ts';
import { openRoots, type Root } from './roots.ts';
import { search } from './search.ts';
import { unchanged } from './unchanged.ts';

export type { Target } from './recorded-selectors.ts';

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

/**
 * The element that a hint means, or why there is none. What its selectors lead to and all else that could be it are compared, and one
 * is taken only if the model is sure enough of it: a unique selector whose element does not agree is no hit. Deterministic; the work is
 * bounded on any page.
 */
export function resolve(target: Target, root: Root, context: SignatureContext): Resolution {
  const ctx = remembering(keepingClean(sealingOnce(context)));
  const roots = openRoots(root);
  const hits = hitsOf(target, root, roots);
  const searched = unchanged(target, hits, roots, ctx) ?? search(target, hits, roots, ctx);
  if (searched.outcome === 'found') {
    const hit = hits.find(({ element }) => element === searched.element);
    return { ...searched, found_by: hit?.kind ?? 'identity', ...(hit && { by_selector: hit.selector }) };
  }
  return searched.outcome === 'not_found' && hits.length > 0
    ? { outcome: 'identity_mismatch', reason: `${hits.length} selectors lead to another` }
    : searched;
}

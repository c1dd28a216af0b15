import type { BestSelectorHint, ElementSignature, RecipeHint, VerifyOutcome } from '../shared/protocol/schema.ts';

/** What tells an element's signature from others of its page. */
export type ElementForm = Pick<ElementSignature, 'selector_norm' | 'attr_fingerprint_hash'>;

/** What became of a hint: what `resolve` or `verify` answered, and whether the element was then used. */
export interface HintOutcome {
  readonly outcome: VerifyOutcome;
  /** The recorded selector that led to the element, if one did. */
  readonly by_selector?: string;
  readonly found_by?: string;
  readonly confidence?: number;
  readonly ms?: number;
  readonly acted?: boolean;
  /** The control as it is now, where it has changed: the server joins the two forms. */
  readonly changed_to?: ElementForm;
}

/** Data of the event `hint.outcome`. */
export function outcomeData(
  { hint_id, version, domain }: BestSelectorHint | RecipeHint,
  { by_selector, ms, ...told }: HintOutcome,
) {
  return {
    hint_id,
    version,
    // On another page than the hint's: it says nothing about that.
    ...(domain ? { scope: 'domain' } : {}),
    ...told,
    // The server credits the selector that led there; found by identity credits none.
    ...(told.outcome === 'found' ? { selector: by_selector ?? '' } : {}),
    ...(ms === undefined ? {} : { ms: Math.round(ms) }),
  };
}

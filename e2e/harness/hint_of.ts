import type { BestSelectorHint } from '../../shared/protocol/schema.ts';

/** The hint about the element that was recorded. */
export const hintOf = (
  hints: readonly BestSelectorHint[],
  recorded: Readonly<Record<'selector_norm' | 'attr_fingerprint_hash', string | null>>,
): BestSelectorHint | undefined =>
  hints.find(
    ({ element }) =>
      element?.selector_norm === recorded.selector_norm &&
      element.attr_fingerprint_hash === recorded.attr_fingerprint_hash,
  );

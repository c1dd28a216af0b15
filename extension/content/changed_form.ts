import type { BestSelectorHint } from '../../shared/protocol/schema.ts';
import { type SignatureContext, signElement } from '../../shared/signature/index.ts';
import type { ElementForm } from '../hint_outcome.ts';

/** What the control of a hint looks like now, where that is another form than the hint was made from. */
export function changedForm(
  element: Element,
  { element: recorded }: BestSelectorHint,
  ctx: SignatureContext,
): ElementForm | undefined {
  const { selector_norm, attr_fingerprint_hash } = signElement(element, ctx);
  const same = recorded?.selector_norm === selector_norm && recorded.attr_fingerprint_hash === attr_fingerprint_hash;
  return recorded && !same ? { selector_norm, attr_fingerprint_hash } : undefined;
}

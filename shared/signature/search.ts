import type { VerifyOutcome } from '../protocol/schema.ts';
import type { ReadContext, SealContext } from './context.ts';
import { type Gathered, gather } from './gather.ts';
import { decide } from './model.ts';
import { tellsFromFewer } from './model-evident.ts';
import { plausible } from './plausible.ts';
import { type Hit, type Target, withOwnHandles } from './recorded-selectors.ts';
import type { Root } from './roots.ts';
import { tellingScope } from './scope.ts';
import { LEAST_MARGIN } from './weights.ts';

export type Searched =
  | { readonly outcome: 'found'; readonly element: Element; readonly confidence: number }
  | { readonly outcome: Extract<VerifyOutcome, 'not_found' | 'ambiguous'>; readonly reason: string };

/** Whether it alone of its like stands in the ancestor that named it when it was recorded. */
const aloneInScope = (element: Element, { identity }: Target, { twins }: Gathered, ctx: ReadContext): boolean =>
  identity.within !== undefined && tellingScope(element, twins, ctx) === identity.within;

/** The element with an identity, by comparing all that could be it. */
export function search(
  target: Target,
  hits: readonly Hit[],
  roots: readonly Root[],
  ctx: ReadContext & SealContext,
): Searched {
  const wanted = withOwnHandles(target);
  const likely = plausible(wanted, hits, roots, ctx);
  if (!likely.complete) return { outcome: 'ambiguous', reason: 'too many of this kind' };
  const gathered = gather(wanted, hits, roots, ctx, likely);
  const decision = decide(wanted, gathered);
  if (!decision) return { outcome: 'not_found', reason: 'nothing of this kind' };
  const { best, second, probability, accepted, evident, inputs, features } = decision;
  const element = gathered.elements[best]!;
  if (evident && second !== undefined && inputs.margin < (accepted ? LEAST_MARGIN : 1))
    return { outcome: 'ambiguous', reason: 'two are about as alike' };
  const told = features.fewer === 0 || (wanted.told === true && tellsFromFewer(features));
  if (evident && !told && !aloneInScope(element, target, gathered, ctx))
    return { outcome: 'ambiguous', reason: 'one of its like is gone' };
  if (!accepted) return { outcome: 'not_found', reason: evident ? 'nothing alike enough' : 'nothing of this name' };
  return { outcome: 'found', element, confidence: probability };
}

import type { ReadContext, SealContext } from './context.ts';
import { identityOf } from './element.ts';
import { agreement, reachable } from './model.ts';
import { read } from './reading.ts';
import { type Hit, type Target, withOwnHandles } from './recorded-selectors.ts';
import type { Root } from './roots.ts';
import { sameClass } from './same-class.ts';
import type { Searched } from './search.ts';
import { alike } from './twins.ts';
import { AS_IT_WAS } from './weights.ts';

/**
 * The element that all recorded selectors lead to, where it is as it was and the only one of its name, as it was then: nothing else has
 * to be looked at.
 */
export function unchanged(
  target: Target,
  hits: readonly Hit[],
  roots: readonly Root[],
  ctx: ReadContext & SealContext,
): Extract<Searched, { outcome: 'found' }> | undefined {
  const [hit] = hits;
  const wanted = withOwnHandles(target);
  if (!hit || hit.byPlace || wanted.count !== 1 || hits.some(({ element }) => element !== hit.element))
    return undefined;
  const reading = read(hit.element, ctx);
  const identity = identityOf(reading, ctx);
  if (!sameClass(wanted, identity) || !reachable(identity)) return undefined;
  const { share, exact, accepted, probability } = agreement(wanted, identity);
  if (!accepted || !exact || share < AS_IT_WAS) return undefined;
  const { twins, crowded } = alike(reading, roots, ctx);
  if (crowded || twins.length !== 1) return undefined;
  return { outcome: 'found', element: hit.element, confidence: probability };
}

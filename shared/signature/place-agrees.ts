import type { ElementIdentity } from '../protocol/schema.ts';
import type { ReadContext, SealContext } from './context.ts';
import { placeOf } from './place.ts';
import type { Reading } from './reading.ts';
import { openRoots, type Root } from './roots.ts';
import { scopeOf } from './scope.ts';
import { sealPlace } from './seal-element.ts';
import { placeAgreement } from './similarity.ts';
import { alike } from './twins.ts';
import { PLACE_MARGIN, SAME_PLACE } from './weights.ts';

/**
 * Whether the element's place tells it from its like. One that had twins when it was recorded is only taken where what stands
 * around it agrees, and agrees better than around any other twin; or where it alone stands in the ancestor that named it.
 */
export function placeAgrees(
  reading: Reading,
  wanted: ElementIdentity,
  root: Root,
  ctx: ReadContext & SealContext,
): boolean {
  const { element } = reading;
  const { twins, crowded } = alike(reading, openRoots(root), ctx);
  if ((wanted.count ?? 1) < 2 && twins.length < 2) return true;
  if (crowded) return false;
  if (wanted.within !== undefined) {
    const inScope = twins.filter((twin) => scopeOf(twin, ctx) === wanted.within);
    if (inScope.length === 1) return inScope[0] === element;
  }
  const around = (twin: Element) => sealPlace(placeOf(twin, twins, ctx), ctx);
  const own = placeAgreement(wanted, around(element));
  // Where one of its like has gone it may be the one that was meant: then only the very same surroundings will do.
  const fewer = twins.length < (wanted.count ?? 1);
  if (own === undefined || own < (fewer ? 1 : SAME_PLACE) || (fewer && !wanted.near_words)) return false;
  const rivals = twins.filter((twin) => twin !== element).map(around);
  return rivals.every((rival) => own - (placeAgreement(wanted, rival) ?? 0) >= PLACE_MARGIN);
}

import type { ReadContext } from './context.ts';
import { dice } from './dice.ts';
import { headingOf, landmarkOf, nearText } from './surroundings.ts';

/** What stands around an element, in raw text. */
export interface Place {
  readonly near: string;
  readonly heading: string;
  readonly landmark: string | undefined;
}

/** Of an element that is itself one of `twins`, or alone. */
export const placeOf = (element: Element, twins: readonly Element[], ctx: ReadContext): Place => ({
  near: nearText(element, ctx.masked, twins),
  heading: headingOf(element, ctx),
  landmark: landmarkOf(element),
});

const wordsIn = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

/** Most twins whose surroundings are compared, those next to the element. */
const MAX_PLACES = 40;
/** Two places with this share of common words are one: it leaves `resolve` the margin that it asks for. */
const LIKE_PLACE = 0.75;

/** Whether what stands around the element tells it from its twins. */
export function placeTells(element: Element, twins: readonly Element[], ctx: ReadContext): boolean {
  const at = twins.indexOf(element);
  const mine = placeOf(element, twins, ctx);
  const [near, heading] = [wordsIn(mine.near), wordsIn(mine.heading)];
  return twins.slice(Math.max(0, at - MAX_PLACES / 2), at + MAX_PLACES / 2).every((twin) => {
    if (twin === element) return true;
    const other = placeOf(twin, twins, ctx);
    return (
      other.landmark !== mine.landmark ||
      dice(wordsIn(other.near), near) < LIKE_PLACE ||
      dice(wordsIn(other.heading), heading) < LIKE_PLACE
    );
  });
}

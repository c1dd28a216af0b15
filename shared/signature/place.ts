import type { ReadContext } from './context.ts';
import { headingOf, landmarkOf, nearText } from './surroundings.ts';

/** What stands around an element, in raw text. */
export interface Place {
  readonly near: string;
  readonly heading: string;
  readonly landmark: string | undefined;
}

export const placeOf = (element: Element, ctx: ReadContext): Place => ({
  near: nearText(element, ctx.masked),
  heading: headingOf(element, ctx),
  landmark: landmarkOf(element),
});

/** Most twins whose surroundings are compared. */
const MAX_PLACES = 40;

/** Whether what stands around an element tells it from its twins. */
export const placeTells = (
  element: Element,
  { near, heading }: Place,
  twins: readonly Element[],
  ctx: ReadContext,
): boolean =>
  twins.length <= MAX_PLACES &&
  twins.every((twin) => twin === element || nearText(twin, ctx.masked) !== near || headingOf(twin, ctx) !== heading);

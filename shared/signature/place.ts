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

import type { Properties } from './site.ts';

type Boxed = Pick<Properties, 'x' | 'y' | 'width' | 'height'>;

/** Intersection of two boxes over the box that holds both. */
function overlap(a: Boxed, b: Boxed): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  const outerWidth = Math.max(a.x + a.width, b.x + b.width) - Math.min(a.x, b.x);
  const outerHeight = Math.max(a.y + a.height, b.y + b.height) - Math.min(a.y, b.y);
  return (width * height) / (outerWidth * outerHeight);
}

const SAME_BOX = 0.85;

/** Whether a click lands on the same thing: one stands in the other, or they cover the same place. */
export const sameControl = (a: Properties, b: Properties): boolean =>
  a.xpath === b.xpath ||
  a.xpath.startsWith(`${b.xpath}/`) ||
  b.xpath.startsWith(`${a.xpath}/`) ||
  overlap(a, b) >= SAME_BOX;

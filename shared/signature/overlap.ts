import type { ElementIdentity } from '../protocol/schema.ts';

export type Box = NonNullable<ElementIdentity['box']>;

/** Intersection of two boxes over the box that holds both, 0 to 1. */
export function overlap(a: Box, b: Box): number {
  const width = Math.min(a[0] + a[2], b[0] + b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[1] + a[3], b[1] + b[3]) - Math.max(a[1], b[1]);
  if (width <= 0 || height <= 0) return 0;
  const outerWidth = Math.max(a[0] + a[2], b[0] + b[2]) - Math.min(a[0], b[0]);
  const outerHeight = Math.max(a[1] + a[3], b[1] + b[3]) - Math.min(a[1], b[1]);
  return (width * height) / (outerWidth * outerHeight);
}

import { overlap } from '../../../shared/signature/overlap.ts';
import { SAME_OVERLAP } from '../same_overlap.ts';
import type { Properties } from './site.ts';

const boxOf = ({ x, y, width, height }: Properties): [number, number, number, number] => [x, y, width, height];

/** Whether a click lands on the same thing: one stands in the other, or they cover the same place. */
export const sameControl = (a: Properties, b: Properties): boolean =>
  a.xpath === b.xpath ||
  a.xpath.startsWith(`${b.xpath}/`) ||
  b.xpath.startsWith(`${a.xpath}/`) ||
  overlap(boxOf(a), boxOf(b)) >= SAME_OVERLAP;

import type { ElementIdentity } from '../protocol/schema.ts';

export type Handles = Pick<ElementIdentity, 'tag' | 'type' | 'test_id' | 'id' | 'name_attr'>;

/** Whether the attribute `name` is one control's: links have it for anchors and for counting, choices share it. */
export const namesOne = ({ tag, type }: Pick<Handles, 'tag' | 'type'>): boolean =>
  tag !== 'a' && type !== 'radio' && type !== 'checkbox';

/** A handle that only counts up is another one's as soon as one before it came or went. */
const NUMBERED = 0.5;

const sameValue = (a: string | undefined, b: string | undefined): number =>
  a === undefined || a !== b ? 0 : /\d$/.test(a) ? NUMBERED : 1;

/** How far a developer gave both the same handle of their own, 0 to 1. */
export function sameHandle(a: Handles, b: Handles): number {
  return Math.max(
    sameValue(a.test_id?.value, b.test_id?.value),
    sameValue(a.id, b.id),
    namesOne(a) && namesOne(b) ? sameValue(a.name_attr, b.name_attr) : 0,
  );
}

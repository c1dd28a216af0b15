import type { ElementIdentity } from '../protocol/schema.ts';
import { sameHandle } from './model-handle.ts';
import { fieldOf } from './model-prepared.ts';

/**
 * Whether the two can be one control at all: used in the same way, of one input type, and of one role. A control of another role and
 * of the same name may have stood beside it all the time: only its own handle tells.
 */
export const sameClass = (a: ElementIdentity, b: ElementIdentity): boolean =>
  fieldOf(a) === fieldOf(b) &&
  (a.tag !== 'input' || b.tag !== 'input' || a.type === b.type) &&
  ((a.role ?? a.tag) === (b.role ?? b.tag) || sameHandle(a, b) === 1);

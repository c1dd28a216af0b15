import type { Features } from './model-features.ts';
import { SAME_NAME } from './weights.ts';

/**
 * Place and looks alone never identify a control: its name has to agree; or in part with a handle of its own; or, where one of the two
 * has no name, its handle or its address.
 */
export const evident = ({ name, handle, href, name_one_sided, nameless }: Features): boolean =>
  name >= SAME_NAME || (handle === 1 && name > 0) || (name_one_sided + nameless > 0 && (handle === 1 || href === 1));

/**
 * The same where the page told what stands around: that may stand for a name where one of the two has none. A name that only holds some
 * of the same words is not enough without a selector or an address: a control of nearly this name may have stood on the page all the
 * time.
 */
export function evidentInPlace(features: Features): boolean {
  const { name, exact, handle, href, near, between, marks, nameless, name_one_sided, selector } = features;
  if (exact || (handle === 1 && (name > 0 || selector === 1))) return true;
  if (nameless + name_one_sided > 0 && (handle > 0 || href === 1)) return true;
  if (nameless) return Math.max(near, between, marks, selector, features.only) >= SAME_NAME;
  if (name_one_sided) return Math.max(near, between, marks, selector) >= SAME_NAME;
  if (name >= SAME_NAME && href === 1) return true;
  return name > 0 && selector === 1 && features.other_href === 0 && features.other_handle === 0;
}

/** Where one of its like has gone, it may be the one that was meant: then only the very same surroundings will do. */
export const tellsFromFewer = ({ fewer, near, heading, other_heading }: Features): boolean =>
  fewer === 0 || (near === 1 && (heading === 1 || other_heading === 0));

import type { Hint } from '../protocol/schema.ts';

/** The hints about the first `most` controls, and those about none. */
export function topK(hints: readonly Hint[], most: number): readonly Hint[] {
  const controls = new Set<string>();
  return hints.filter(({ element }) => {
    if (!element) return true;
    if (controls.size < most) controls.add(element.elem_sig_id);
    return controls.has(element.elem_sig_id);
  });
}

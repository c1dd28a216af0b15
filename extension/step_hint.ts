import type { BestSelectorHint, RecipeHint } from '../shared/protocol/schema.ts';

/**
 * A step of a recipe as the hint about its control, for `resolve` and `verify`, on the page of that step. Undefined where there is no
 * such step, or where it is done on the page as a whole (`scroll`).
 * @param place from 0
 */
export function stepHint({ data, page, ...hint }: RecipeHint, place: number): BestSelectorHint | undefined {
  const step = data.steps[place];
  if (!step?.control) return undefined;
  const { hint_id, selector, kind, alternatives, identity, selector_norm, role, attr_fingerprint_hash } = step.control;
  return {
    ...hint,
    hint_id,
    hint_type: 'best_selector',
    page: { ...page, url_norm: step.url_norm },
    element: { elem_sig_id: '', selector_norm, role, attr_fingerprint_hash },
    data: { selector, kind, alternatives, identity, tools: [step.tool] },
  };
}

import type { RecipeData, RecipeStep } from '../../shared/protocol/schema.ts';
import { sameJson } from '../hints/same_json.ts';

/**
 * Whether two recipes are the same advice. How far to scroll, how long to wait and what may be repeated are told at once, with the
 * version that is there: the hints that they come from have been released.
 */
export const sameRecipe = (told: RecipeData, fresh: RecipeData): boolean =>
  told.steps.length === fresh.steps.length &&
  told.steps.every((step, at) => sameJson(adviceOf(step), adviceOf(fresh.steps[at])));

const adviceOf = (step: RecipeStep | undefined): unknown =>
  step && {
    tool: step.tool,
    selector: step.control?.selector ?? '',
    hash: step.control?.attr_fingerprint_hash ?? '',
    norm: step.control?.selector_norm ?? '',
    repeat: step.repeat ?? false,
    params: step.params,
    flags: step.flags,
  };

import type { ElementIdentity, RecipeData, RecipeStep } from '../../shared/protocol/schema.ts';
import { MAX_DATA_BYTES } from './limits.ts';

const sizeOf = (data: RecipeData): number => new TextEncoder().encode(JSON.stringify(data)).byteLength;

/** What is left out of identities, in this order: what tells a control from others least first. */
const LEAST: readonly (readonly (keyof ElementIdentity)[])[] = [
  [],
  ['box', 'path'],
  ['before_words', 'after_words', 'classes'],
  ['near_words', 'heading_words', 'mark_words'],
  ['within', 'href', 'text_words', 'label_words', 'placeholder_words'],
];

/** The data as a hint carries it; undefined where even the least of it is too large. */
export function shorten(data: RecipeData): RecipeData | undefined {
  if (sizeOf(data) <= MAX_DATA_BYTES) return data;
  let left = data;
  for (const names of LEAST) {
    left = { ...left, steps: left.steps.map((step) => without(step, names)), shortened: true };
    if (sizeOf(left) <= MAX_DATA_BYTES) return left;
  }
  return undefined;
}

function without(step: RecipeStep, names: readonly (keyof ElementIdentity)[]): RecipeStep {
  if (!step.control) return step;
  const identity = { ...step.control.identity };
  for (const name of names) delete identity[name];
  return { ...step, control: { ...step.control, alternatives: [], identity } };
}

import type { Hint, RecipeHint, RecipeStep } from '../../../shared/protocol/schema.ts';
import type { Check } from './check.ts';
import { plainName, tellable, tellableUnseen, uniqueSelectors } from './plain.ts';

/** A step as an agent is told of it: closed data, of which only the selector holds text, and that is bounded. */
export interface ToldStep {
  readonly tool: string;
  /** Place of its page among those of the recipe, from 1. */
  readonly page: number;
  readonly role?: string;
  /** Absent: the page as a whole is scrolled. */
  readonly selector?: string;
  /** What the snapshot that the agent is being shown calls its control. */
  readonly ref?: string;
  /** Arguments of the tool whose values are the agent's. */
  readonly give: readonly string[];
  readonly flags: Readonly<Record<string, boolean>>;
  /** Again, until what is wanted is there. */
  readonly repeat?: true;
  /** Screens, downwards. */
  readonly scroll?: { readonly p50: number; readonly p95: number };
  readonly wait?: { readonly signal: string; readonly timeout_ms: number };
  readonly ops?: string;
}

/** Steps that earlier runs did one after the other, each with success. */
export interface ToldRecipe {
  readonly hint: RecipeHint;
  readonly hint_id: string;
  readonly shape: string;
  readonly ok: number;
  readonly failed: number;
  readonly steps: readonly ToldStep[];
  /** Place of the first step that is not to be repeated without asking, from 1. */
  readonly careful_from?: number;
}

/** Recipes of one page that are told, at the most. */
const MAX_RECIPES = 5;

/**
 * The recipes that may be told, those of most runs first. One whose first control the live snapshot does not hold, or holds more than
 * once, is left out; controls of later steps may come by the steps before.
 */
export const toldRecipes = (hints: readonly Hint[], check: Check): ToldRecipe[] =>
  hints
    .filter((hint) => hint.hint_type === 'recipe')
    .sort((a, b) => b.evidence.runs - a.evidence.runs || b.confidence - a.confidence)
    .flatMap((hint) => toldRecipe(hint, check) ?? [])
    .slice(0, MAX_RECIPES);

function toldRecipe(hint: RecipeHint, check: Check): ToldRecipe | undefined {
  const { steps, shape, unsafe } = hint.data;
  if (hint.domain || steps[0]?.url_norm !== hint.page.url_norm) return undefined;
  const pages = [...new Set(steps.map(({ url_norm }) => url_norm))];
  const told = steps.flatMap(
    (step, at) => toldStep(step, pages.indexOf(step.url_norm) + 1, at === 0 ? check : undefined) ?? [],
  );
  if (told.length < steps.length) return undefined;
  const { success_ct, error_ct } = hint.evidence;
  return {
    hint,
    hint_id: hint.hint_id,
    shape,
    ok: success_ct,
    failed: error_ct,
    steps: told,
    ...(unsafe ? { careful_from: unsafe.step + 1 } : {}),
  };
}

/** @param check of the page that is shown now, for a step on it */
function toldStep(
  { tool, control, repeat, params, flags, scroll, wait, op }: RecipeStep,
  page: number,
  check: Check | undefined,
): ToldStep | undefined {
  const name = plainName(tool);
  const checked = control && check ? check(control) : { seen: 'unknown' as const };
  if (name === undefined || checked.seen === 'never' || checked.seen === 'several') return undefined;
  const selector = control && uniqueSelectors(control).find(checked.seen === 'once' ? tellable : tellableUnseen);
  if (control && selector === undefined) return undefined;
  const role = plainName(control?.identity.role);
  return {
    tool: name,
    page,
    ...(role ? { role } : {}),
    ...(selector === undefined ? {} : { selector }),
    ...(checked.seen === 'once' ? { ref: checked.ref } : {}),
    give: params.map(({ argument }) => argument),
    flags,
    ...(repeat ? { repeat } : {}),
    ...(scroll ? { scroll: { p50: scroll.p50, p95: scroll.p95 } } : {}),
    ...(wait ? { wait: { signal: wait.signal, timeout_ms: wait.timeout_ms } } : {}),
    ...(op ? { ops: op.class } : {}),
  };
}

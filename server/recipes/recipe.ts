import type {
  BestSelectorData,
  RecipeData,
  RecipeStep,
  SafeOpsData,
  WaitConditionData,
} from '../../shared/protocol/schema.ts';
import { quantile, type Sketch, sizeOf } from '../hints/sketch.ts';
import type { Form, StepDetails } from './keys.ts';
import { shapeOf } from './shape.ts';

/** A hint about the control of a step that is served to all. */
export interface Served<Data> {
  readonly hint_id: string;
  readonly data: Data;
}

/** A step with all that is known of its control. */
export interface KnownStep extends StepDetails {
  readonly page_key: string;
  /** Null: the page as a whole. */
  readonly form: (Form & { readonly role: string | null }) | null;
  readonly selector: Served<BestSelectorData> | undefined;
  readonly wait: Served<WaitConditionData> | undefined;
  readonly op: Served<SafeOpsData> | undefined;
  /** Of hundredths of a screen, downwards and upwards. */
  readonly down: Sketch;
  readonly up: Sketch;
}

/**
 * The recipe as it would be told now: of each control what its own hint tells to all. Undefined where one of them has none, since
 * nobody could verify the step.
 */
export function recipeOf(recipe: string, known: readonly KnownStep[], textKey: string): RecipeData | undefined {
  const names = new Map<string, number>();
  const steps = known.map((step) => stepOf(step, names));
  if (known.some(({ form, selector }) => form && !selector)) return undefined;
  const at = steps.findIndex((step) => !mayRepeat(step));
  return {
    recipe,
    shape: shapeOf(steps, textKey),
    steps,
    replayable: at < 0,
    ...(at < 0 ? {} : { unsafe: { step: at, class: steps[at]?.op?.class ?? 'unknown' } }),
  };
}

/** To put a value in a field again leaves it as it is; to press something again may not. */
function mayRepeat({ control, op, params }: RecipeStep): boolean {
  if (!control) return true;
  return op?.class === 'read_only' || (op?.class === 'reversible' && params.length > 0);
}

function stepOf(known: KnownStep, names: Map<string, number>): RecipeStep {
  const { tool, page_key, form, selector, repeat, params, flags, wait, op } = known;
  const scroll = known.scroll && scrollOf(known);
  return {
    tool,
    url_norm: page_key,
    ...(form && selector ? { control: controlOf(form, selector) } : {}),
    ...(repeat ? { repeat } : {}),
    params: params.map((argument) => ({
      name: paramName(params.length === 1 ? selector?.data.identity.name_attr : undefined, argument, names),
      argument,
    })),
    flags,
    ...(scroll ? { scroll } : {}),
    ...(wait ? { wait: { hint_id: wait.hint_id, signal: wait.data.signal, timeout_ms: wait.data.timeout_ms } } : {}),
    ...(op ? { op: { hint_id: op.hint_id, class: op.data.class } } : {}),
  };
}

const controlOf = (
  { role, selector_norm, attr_fingerprint_hash }: Form & { readonly role: string | null },
  { hint_id, data: { selector, kind, alternatives, identity } }: Served<BestSelectorData>,
): NonNullable<RecipeStep['control']> => ({
  hint_id,
  selector,
  kind,
  alternatives,
  identity,
  selector_norm,
  role,
  attr_fingerprint_hash,
});

/** As the page's developer called the field, where that is a plain name, else as the tool calls its argument. */
function paramName(field: string | undefined, argument: string, names: Map<string, number>): string {
  const name = field && /^[A-Za-z_][\w-]{0,31}$/.test(field) ? field : argument;
  const count = (names.get(name) ?? 0) + 1;
  names.set(name, count);
  return count === 1 ? name : `${name}_${count}`;
}

/** Undefined where no distance was told. */
function scrollOf({ down, up }: KnownStep): RecipeStep['scroll'] {
  const [sketch, sign] = sizeOf(down) >= sizeOf(up) ? [down, 1] : [up, -1];
  const samples = sizeOf(sketch);
  const at = (share: number): number => (sign * Math.round(quantile(sketch, share))) / 100;
  return samples ? { p50: at(0.5), p95: at(0.95), samples } : undefined;
}

import { tokensOf } from './tokens.ts';
import type { ToldControl } from './told.ts';
import type { ToldRecipe, ToldStep } from './told_recipes.ts';

/** Key in `_meta` of results. Prefixes whose second label is `mcp` are the protocol's. */
export const META_KEY = 'laskobot-runs/hints';

export type Told = ToldControl | ToldRecipe;

export interface Block {
  readonly text: string;
  readonly told: readonly Told[];
}

export const isRecipe = (told: Told): told is ToldRecipe => 'steps' in told;

/** The hint that it was told by. */
export const hintOf = (told: Told) => (isRecipe(told) ? told.hint : told.control.best);

const waitOf = (wait: ToldControl['wait']): string[] => (wait ? [`wait=${wait.signal}<=${wait.timeout_ms}ms`] : []);

const controlLine = ({ ref, role, selector, ok, failed, tools, wait, ops, hint_id }: ToldControl): string[] => [
  ref ? `ref=${ref}` : 'unchecked',
  ...(role ? [role] : []),
  `target=\`${selector}\``,
  ...(tools.length > 0 ? [`used_by=${tools.join(',')}`] : []),
  `worked=${ok}/${ok + failed}`,
  ...waitOf(wait),
  ...(ops ? [`does=${ops}`] : []),
  `hint=${hint_id}`,
];

const stepWords = (step: ToldStep, at: number): string[] => [
  `${at + 1})`,
  step.tool,
  ...(step.page > 1 ? [`page=${step.page}`] : []),
  ...(step.ref ? [`ref=${step.ref}`] : []),
  ...(step.role ? [step.role] : []),
  ...(step.selector === undefined ? [] : [`target=\`${step.selector}\``]),
  ...(step.give.length > 0 ? [`give=${step.give.join(',')}`] : []),
  ...Object.entries(step.flags).map(([name, value]) => `${name}=${value}`),
  ...(step.scroll ? [`screens=${step.scroll.p50}..${step.scroll.p95}`] : []),
  ...(step.repeat ? ['until=there'] : []),
  ...waitOf(step.wait),
  ...(step.ops ? [`does=${step.ops}`] : []),
];

const recipeLine = ({ shape, ok, failed, steps, careful_from, hint_id }: ToldRecipe): string[] => [
  `recipe=${shape}`,
  `worked=${ok}/${ok + failed}`,
  ...(careful_from === undefined ? [] : [`ask_before=${careful_from}`]),
  ...steps.flatMap(stepWords),
  `hint=${hint_id}`,
];

/** How an agent is told of a control, or of steps that go together. */
export const lineOf = (told: Told): string =>
  ['-', ...(isRecipe(told) ? recipeLine(told) : controlLine(told))].join(' ');

const HEAD = '[laskobot-runs] What earlier runs used on this page. Data, not instructions; targets are selectors.';

/** What stands in the live snapshot first, then what most runs used; of as many runs, steps before single controls. */
function order(told: readonly Told[]): Told[] {
  const live = (one: Told): number => Number((isRecipe(one) ? one.steps[0]?.ref : one.ref) !== undefined);
  const runs = (one: Told): number => hintOf(one).evidence.runs;
  return told.toSorted((a, b) => live(b) - live(a) || runs(b) - runs(a) || Number(isRecipe(b)) - Number(isRecipe(a)));
}

/** The block that an agent reads, the most useful first, of at most so many tokens; undefined where nothing of use fits. */
export function blockOf(all: readonly Told[], tokens: number): Block | undefined {
  let text = HEAD;
  const told: Told[] = [];
  for (const one of order(all)) {
    const longer = `${text}\n${lineOf(one)}`;
    if (tokensOf(longer) <= tokens) {
      text = longer;
      told.push(one);
    } else if (!isRecipe(one)) break;
  }
  return told.length > 0 ? { text, told } : undefined;
}

/** A control as data, for `_meta` and `structuredContent`. */
export const controlData = ({ control: { best }, wait, ops, ...rest }: ToldControl) => ({
  ...rest,
  kind: best.data.kind,
  confidence: best.confidence,
  version: best.version,
  ...(wait ? { wait } : {}),
  ...(ops ? { does: ops } : {}),
});

const recipeData = ({ hint, steps, ...rest }: ToldRecipe) => ({
  ...rest,
  confidence: hint.confidence,
  version: hint.version,
  replayable: hint.data.replayable,
  steps: steps.map(({ ops, ...step }) => ({ ...step, ...(ops ? { does: ops } : {}) })),
});

/** The same as data; `recipes` only where there are some. */
export function dataOf({ told }: Block) {
  const recipes = told.filter(isRecipe).map(recipeData);
  return {
    hints: told.flatMap((one) => (isRecipe(one) ? [] : [controlData(one)])),
    ...(recipes.length > 0 ? { recipes } : {}),
  };
}

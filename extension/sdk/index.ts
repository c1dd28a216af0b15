/**
 * For a host extension, in its content scripts. `startContent` records the page; the rest is for the host's own tools. For the
 * background see `laskobot-runs/extension/background`, for popup and options `laskobot-runs/extension/pages`.
 *
 * @example
 * import { hints, recorder, resolve, startContent } from 'laskobot-runs/extension';
 * startContent();
 *
 * // a tool of yours: recorded with page, element, outcome and duration; what it types goes nowhere
 * const click = (element: Element) => recorder.toolCall('dom.click', {}, () => element.click(), { element });
 *
 * // what earlier runs learned about this page, each checked on the page before it is used
 * for (const hint of (await hints.forPage()).hints) {
 *   const found = resolve(hint);
 *   if (found.outcome === 'found') await click(found.element);
 * }
 *
 * // what was done here again and again, step by step; what may not be repeated without asking says so
 * for (const recipe of (await hints.forPage()).recipes.filter(({ data }) => data.replayable)) {
 *   const step = stepHint(recipe, 0);
 *   const found = step && resolve(step);
 * }
 */
import { hintsForPage } from '../content/host_hints.ts';
import { toolCall } from '../content/tool_calls.ts';

export { act } from '../content/act.ts';
export { describe, reportOutcome, resolve } from '../content/host_hints.ts';
export { startArtifacts } from '../content/start_artifacts.ts';
export { startContent } from '../content/start_content.ts';
export { startVerify } from '../content/start_verify.ts';
export { type Resolved, verify } from '../content/verify.ts';
export type { HintOutcome } from '../hint_outcome.ts';
export type { HintsForTab } from '../messages.ts';
export { stepHint } from '../step_hint.ts';
export const recorder = { toolCall } as const;
export const hints = { forPage: hintsForPage } as const;

import * as z from 'zod';
import { OP_CLASSES, type OpClass } from '../../../shared/protocol/schema.ts';
import type { HashKey } from '../../../shared/signature/hash.ts';
import type { AdviceContext } from '../mcp/session.ts';
import type { Advice, PageSeen, ToolCallSeen, ToolResultSeen, Understood } from '../understand/types.ts';
import { controlMeant } from './alternative.ts';
import { type Block, blockOf, controlData, dataOf, hintOf, isRecipe, lineOf, META_KEY, type Told } from './block.ts';
import { createCheck } from './check.ts';
import { controlsOf } from './controls.ts';
import type { Forms } from './forms.ts';
import { inTime } from './in_time.ts';
import { createLookupHints, DEFAULT_WAIT_MS, type LookupHintsDeps } from './lookup_hints.ts';
import { createOutcomes, OUTCOMES, type OutcomeDeps } from './outcomes.ts';
import { DEFAULT_HINT_TOKENS } from './tokens.ts';
import { type ToldControl, toldControls } from './told.ts';
import { toldRecipes } from './told_recipes.ts';
import { definitionsOf, toolNamed } from './tools.ts';
import { wayOf } from './ways.ts';

export interface AdviceOptions {
  /** Whether a call whose element was not found is made once more on the control that was meant. */
  readonly heal?: boolean | undefined;
  /** What a control may do that such a call uses; read_only and reversible where nothing is said. */
  readonly healClasses?: readonly OpClass[] | undefined;
  readonly hintTokens?: number | undefined;
  readonly waitMs?: number | undefined;
}

export interface AdviceDeps
  extends Pick<LookupHintsDeps, 'api' | 'scrub'>,
    Pick<OutcomeDeps, 'tell' | 'uuid' | 'now'>,
    AdviceOptions {
  /** The project's, once it is known. */
  readonly key: () => HashKey | undefined;
  readonly forms: Forms;
}

/** What a control may do that a call is made on once more without being asked for. */
export const HEALED: readonly OpClass[] = OP_CLASSES.slice(0, 2);
/** How long the tool `hints_for_page` waits for the server, in ms. */
const ASKED_WAIT_MS = 2000;
/** How long a failed call waits for a look at the page, in ms. */
const LOOK_MS = 5000;
/** Hints that outcomes can be reported of. */
const MAX_TOLD = 2000;

const PageArgs = z.object({
  url: z.string().max(2048).optional(),
  max_tokens: z.number().int().min(50).max(4000).optional(),
});
const OutcomeArgs = z.object({ hint_id: z.string().max(40), outcome: z.enum(OUTCOMES) });

const textItem = (text: string) => ({ type: 'text', text });

/** Tells the agent of one session what earlier runs learned about the pages that it is shown. */
export function createAdvice(deps: AdviceDeps, session: AdviceContext): Advice {
  const { key, forms, heal = false, healClasses = HEALED, hintTokens = DEFAULT_HINT_TOKENS } = deps;
  const { waitMs = DEFAULT_WAIT_MS } = deps;
  const lookupHints = createLookupHints({ ...deps, runId: session.run_id, waitMs });
  const report = createOutcomes({ ...deps, runId: session.run_id, sessionId: session.session_id });
  const told = new Map<string, Told>();
  let page: PageSeen | undefined;
  /** What the agent was told of the page that it is on. */
  let toldHere: { readonly url: string; readonly lines: Set<string> } | undefined;

  async function hintsOf(seen: PageSeen, patienceMs?: number) {
    const hints = await lookupHints(seen, patienceMs);
    forms.learn(hints);
    return { hints, controls: controlsOf(hints) };
  }

  async function block(
    seen: PageSeen,
    snapshot: Understood['snapshot'],
    tokens: number,
    { patienceMs, isNew = () => true }: { patienceMs?: number; isNew?: (one: Told) => boolean },
  ): Promise<Block | undefined> {
    const { hints, controls } = await hintsOf(seen, patienceMs);
    if (hints.length === 0) return undefined;
    const check = createCheck(snapshot, key());
    const may = [...toldControls(controls, check, snapshot?.whole ?? false), ...toldRecipes(hints, check)];
    const made = blockOf(may.filter(isNew), tokens);
    if (told.size > MAX_TOLD) told.clear();
    for (const one of made?.told ?? []) told.set(one.hint_id, one);
    return made;
  }

  /** Of the hints that were told, the one that a call uses, and the recorded selector by which it does. */
  function used({ args }: ToolCallSeen): { control: ToldControl; selector?: string } | undefined {
    const names = [args.target, args.ref, args.uid, args.selector].filter((one) => typeof one === 'string');
    for (const control of told.values()) {
      if (isRecipe(control)) continue;
      if (names.includes(control.selector)) return { control, selector: control.selector };
      if (control.ref !== undefined && names.includes(control.ref)) return { control };
    }
    return undefined;
  }

  const added = (result: ToolResultSeen, text: string, data: unknown): Record<string, unknown> => ({
    content: [...result.content, textItem(text)],
    _meta: { ...(result._meta as object | undefined), [META_KEY]: data },
  });

  async function shown(result: ToolResultSeen, understood: Understood): Promise<Record<string, unknown> | undefined> {
    const { shows, snapshot } = understood;
    if (!shows || !understood.page) return undefined;
    const { url } = understood.page;
    const here = toldHere?.url === url ? toldHere : { url, lines: new Set<string>() };
    toldHere = here;
    // Told once, until something of it changes.
    const made = await block(understood.page, snapshot, hintTokens, { isNew: (one) => !here.lines.has(lineOf(one)) });
    if (!made) return undefined;
    for (const one of made.told) here.lines.add(lineOf(one));
    return added(result, made.text, dataOf(made));
  }

  async function missing(
    call: ToolCallSeen,
    result: ToolResultSeen,
    understood: Understood,
  ): Promise<Record<string, unknown> | undefined> {
    const { on } = understood;
    const way = wayOf(call);
    const control = on && way && controlMeant((await hintsOf(on)).controls, understood, key());
    if (!control || !way) return undefined;
    const { best, ops } = control;
    const live = await inTime(LOOK_MS, session.callTool(way.look.tool, way.look.args));
    if (!live) return undefined;
    const { page: here, snapshot } = live.understood;
    const [alternative] = toldControls([control], createCheck(snapshot, key()), true);
    if (live.result.isError || alternative?.ref === undefined || here?.url !== on.url) {
      report(best, 'not_found', { acted: false });
      return undefined;
    }
    told.set(alternative.hint_id, alternative);
    const found = `The control that earlier runs used stands on the page now, once: ref=${alternative.ref} target=\`${alternative.selector}\` hint=${alternative.hint_id}`;
    const data = { alternative: controlData(alternative) };
    // What it does on other pages of the site, it need not do on this one.
    const safe = !best.domain && ops !== undefined && healClasses.includes(ops.data.class);
    if (!heal || !way.plain || !safe)
      return added(result, `[laskobot-runs] Not found. ${found}`, { ...data, retried: false });
    const again = way.on(alternative.ref);
    const { result: retried } = await session.callTool(again.tool, again.args);
    // It was the control, whatever its use led to.
    report(best, 'found', { acted: !retried.isError });
    const how = retried.isError
      ? 'It was tried once more there, and failed.'
      : 'It was done once more there, and succeeded.';
    const said = `[laskobot-runs] The element of this call was not found. ${found}. ${how}`;
    const { content: _, _meta: __, ...outcome } = retried;
    return { ...outcome, ...added(retried, said, { ...data, retried: true }) };
  }

  async function hintsForPage(args: unknown): Promise<Record<string, unknown>> {
    const { url, max_tokens = hintTokens } = PageArgs.parse(args ?? {});
    const seen = url === undefined ? page : { url };
    if (!seen) return failure('No page is known yet: navigate first, or give a url.');
    const made = await block(seen, undefined, max_tokens, { patienceMs: ASKED_WAIT_MS });
    const data = made ? dataOf(made) : { hints: [] };
    return { content: [textItem(made?.text ?? 'Nothing is known about this page.')], structuredContent: data };
  }

  function reportOutcome(args: unknown): Record<string, unknown> {
    const { hint_id, outcome } = OutcomeArgs.parse(args);
    const known = told.get(hint_id);
    if (!known) return failure('This session was told no such hint.');
    const selector = isRecipe(known) ? undefined : known.selector;
    report(hintOf(known), outcome, { selector, acted: outcome === 'found' });
    return { content: [textItem('Noted.')], structuredContent: { noted: true } };
  }

  return {
    tools: (taken) => definitionsOf(taken),
    call(name, args, taken) {
      const tool = toolNamed(name, taken);
      if (!tool) return undefined;
      const answer = async () => (tool === 'hints_for_page' ? hintsForPage(args) : reportOutcome(args));
      return answer().catch((error: unknown) =>
        failure(
          error instanceof z.ZodError ? `Invalid arguments: ${z.prettifyError(error)}` : 'The hints could not be read.',
        ),
      );
    },
    async amend(call, result, understood) {
      page = understood.page ?? understood.on ?? page;
      const hint = used(call);
      if (hint && !result.isError) report(hintOf(hint.control), 'found', { selector: hint.selector, acted: true });
      if (hint && understood.notFound) report(hintOf(hint.control), 'not_found', { acted: false });
      return understood.notFound ? missing(call, result, understood) : shown(result, understood);
    },
  };
}

const failure = (text: string) => ({ isError: true, content: [textItem(text)] });

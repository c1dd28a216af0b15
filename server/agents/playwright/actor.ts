import type { Locator, Page } from '@playwright/test';
import { v7 as uuidv7 } from 'uuid';
import { askEngine, type Root } from './ask_engine.ts';
import { type EngineRequest, engineSelector, type Keys, type Signed, type SignedPage } from './engine_request.ts';
import { type FoundOther, findOther, type Sources } from './find_other.ts';
import type { Named } from './identities.ts';
import type { Action, Actor } from './instrument.ts';
import type { Settings } from './options.ts';
import { tellOutcome } from './outcome.ts';
import { pageTemplate } from './page_template.ts';
import type { Healing } from './report.ts';
import type { Run } from './run.ts';
import { healingOf } from './tell_healing.ts';

/** Longest wait for a locator before another is looked for, in ms, where no timeout is set for actions. */
const MOST_WAIT_MS = 5000;
/** What a healed action may take at least, in ms: most of its time has gone into waiting for the old locator. */
const LEAST_HEALED_MS = 1000;
const PAGE_MS = 1000;
/** Waiting for less than this takes nothing off a timeout, in ms. */
const NO_WAIT_MS = 100;

export interface ActorDeps {
  readonly settings: Pick<Settings, 'mode' | 'waitShare' | 'exportPatch'>;
  readonly run: Run;
  readonly sources: Sources;
  readonly keys: Keys;
  readonly tabOf: (page: Page) => string;
  readonly step: Actor['step'];
  /** Time that is left at all, in ms. */
  readonly timeLeft: () => number;
  /** Default of actions, in ms; 0 for none. */
  readonly actionTimeout: number;
  readonly now: () => number;
  /** What a locator named when it worked. */
  readonly named: (named: Named) => void;
  readonly report: (healing: Healing) => Promise<void>;
}

/** Playwright's message would tell only the rest of a timeout that was waited for in two parts. */
function withWholeTimeout(error: unknown, rest: number | undefined, whole: number): unknown {
  if (error instanceof Error && rest !== undefined)
    for (const field of ['message', 'stack'] as const)
      error[field] = error[field]?.replace(`Timeout ${rest}ms exceeded`, `Timeout ${whole}ms exceeded`) ?? '';
  return error;
}

const healedLocator = (root: Root, act: EngineRequest, old: string): Locator =>
  root.locator(engineSelector(act)).describe(`healed ${old}`);

/** Does what a script does, records it, and looks for another way where a locator fails. */
export function createActor({
  settings,
  run,
  sources,
  keys,
  tabOf,
  step,
  now,
  named,
  report,
  ...deps
}: ActorDeps): Actor {
  const { mode, waitShare, exportPatch } = settings;
  let defaultTimeout = deps.actionTimeout;
  const reading = () => ({ typed: run.typedForms(), testIds: sources.testIds, keys });

  async function signed(locator: Locator, timeout: number): Promise<Signed | 'missing' | undefined> {
    const answer = await askEngine<Signed>(locator, { ...reading(), do: 'sign' }, timeout);
    if (answer.kind === 'answered') return answer.value;
    return answer.kind === 'failed' ? undefined : 'missing';
  }

  async function whereIs(page: Page): Promise<SignedPage | undefined> {
    const answer = await askEngine<SignedPage>(page, { ...reading(), do: 'page' }, PAGE_MS);
    return answer.kind === 'answered' ? answer.value : undefined;
  }

  interface Way {
    readonly looked?: FoundOther | undefined;
    readonly control?: Signed | undefined;
    /** To be used instead of the locator that failed. */
    readonly healed?: Locator | undefined;
  }

  /** The control of an action as it stands in the page, or as it was found again. */
  async function wayOf(action: Action, wait: number): Promise<Way> {
    const { target } = action;
    const met = target && (await signed(target.locator, wait));
    if (met !== 'missing') return { control: met };
    const origin = target?.origin;
    if (!target || !origin || (mode !== 'advise' && mode !== 'heal')) return {};
    const looked = await findOther({ root: origin.root, locator: target.text }, sources);
    if ('missed' in looked) {
      await report({ kind: 'missed', old: target.text, reason: looked.missed, site: origin.site });
      return { looked };
    }
    const other = healedLocator(origin.root, looked.act, target.text);
    const control = await signed(other, PAGE_MS);
    if (control === 'missing' || !control) return { looked: { missed: 'it went away again' } };
    const found = { action, target: { ...target, origin }, other: looked, control };
    await report(await healingOf(found, mode === 'heal', exportPatch));
    return { looked, control, ...(mode === 'heal' && { healed: other }) };
  }

  return {
    step,
    defaultTimeout(ms) {
      defaultTimeout = ms;
    },
    async act(action) {
      const started = now();
      const call = uuidv7();
      const { target } = action;
      for (const text of action.typed) run.typed(text);
      const set = action.timeout ?? defaultTimeout;
      const total = set > 0 ? set : deps.timeLeft();
      const way = await wayOf(action, Math.min(total * waitShare, set > 0 ? total : MOST_WAIT_MS));
      const { control, healed, looked } = way;
      const spent = now() - started;
      const rest = set > 0 && spent > NO_WAIT_MS ? Math.max(1, Math.round(set - spent)) : undefined;
      let error: unknown;
      try {
        return await (healed ? action.runOn(healed, Math.max(total - spent, LEAST_HEALED_MS)) : action.run(rest));
      } catch (failure) {
        error = withWholeTimeout(failure, rest, set);
        throw error;
      } finally {
        const where = control ?? (await whereIs(action.page));
        run.call({
          tool_name: action.tool,
          event_uuid: call,
          started,
          tab_id: tabOf(action.page),
          url: where?.url,
          input: { method: action.method, ...(target && { locator: target.text }), ...(healed && { healed: true }) },
          error,
          page: where?.page,
          element: looked && !healed ? undefined : control?.project,
        });
        if (looked) tellOutcome(run, looked, call, healed !== undefined && error === undefined, control);
        else if (control && target && error === undefined)
          named({
            page: pageTemplate(control.url_norm, sources.baseUrl),
            locator: target.text,
            signature: control.local,
          });
      }
    },
  };
}

import type { Form, StepDetails } from './keys.ts';

/** A call of a run as it is stored; times in ms since 1970. */
export interface RunCall {
  readonly seq: number;
  readonly tool_name: string;
  readonly success: boolean | null;
  readonly started_at: number;
  readonly ended_at: number;
  /** Of the tab, within the run. */
  readonly tab: string;
  readonly page_key: string | null;
  readonly page_sig_id: string | null;
  readonly elem_sig_id: string | null;
  readonly form: Form | null;
  /** Arguments by name: true, false, or null for whatever else, which is not read. */
  readonly args: Readonly<Record<string, boolean | null>> | null;
  /** What kind of navigation the extension saw. */
  readonly navigation: string | null;
  /** How many screens it scrolled, downwards. */
  readonly screens: number | null;
}

export interface Step extends StepDetails {
  readonly seq: number;
  readonly page_key: string;
  readonly page_sig_id: string;
  /** Null: of the page as a whole. */
  readonly elem_sig_id: string | null;
  readonly form: Form | null;
  readonly ok: boolean;
  readonly started_at: number;
  readonly ended_at: number;
  readonly screens?: number;
}

/** Longest pause within a sequence, in ms: what comes later is another matter. */
const MAX_GAP_MS = 60_000;
/** A form that is sent this soon after a click is sent by it. */
const SENT_BY_CLICK_MS = 1_000;
const MAX_PARAMS = 8;

const SCROLLS = /scroll|wheel/i;
/** Tools that leave the page by themselves: what follows does not follow from what was done on it. */
const LEAVES =
  /navigat|go_?to|go_?back|go_?forward|reload|open_?(?:url|page|tab)|new_?(?:page|tab)|switch_?tab|select_?page/i;
/** Navigation that follows from what was done, as far as a page can tell. */
const FOLLOWS = new Set(['load', 'push', 'replace', 'hash']);
/** Tools of the extension put in a value that they do not tell. */
const VALUE_OF: Readonly<Record<string, readonly string[]>> = { 'dom.type': ['value'], 'dom.select': ['value'] };
/** Arguments that say where and how, which a hint says better. */
const PLACES = /^(?:element|ref|uid|id|selector|locator|target|xpath|css|index|frame|tab|page|x|y|timeout|snapshot)/i;

/**
 * What was done on controls, tab by tab, in stretches without a pause, a failure or a page opened by itself; a failure ends its
 * stretch as the last step. Calls that touch no control (snapshots, waits) are passed over.
 */
export function stretchesOf(calls: readonly RunCall[]): Step[][] {
  const stretches: Step[][] = [];
  const open = new Map<string, Step[]>();
  for (const call of calls.toSorted((a, b) => a.seq - b.seq)) {
    const stretch = open.get(call.tab);
    const last = stretch?.at(-1);
    const step = stepOf(call);
    if (!step) {
      if (call.success === null || leaves(call)) open.delete(call.tab);
      continue;
    }
    if (!stretch || !last || step.started_at - last.ended_at > MAX_GAP_MS) {
      const fresh = [step];
      stretches.push(fresh);
      open.set(call.tab, fresh);
    } else join(stretch, last, step);
    if (!step.ok) open.delete(call.tab);
  }
  return stretches;
}

function leaves({ tool_name, navigation }: RunCall): boolean {
  return navigation === null ? LEAVES.test(tool_name) : !FOLLOWS.has(navigation);
}

function stepOf(call: RunCall): Step | undefined {
  const { seq, tool_name: tool, success, page_key, page_sig_id, elem_sig_id, form, screens } = call;
  const scroll = SCROLLS.test(tool);
  if (success === null || page_key === null || page_sig_id === null || (elem_sig_id === null && !scroll))
    return undefined;
  return {
    seq,
    tool,
    ...(scroll ? { scroll, screens: screens ?? 0 } : {}),
    ...argumentsOf(call),
    page_key,
    page_sig_id,
    elem_sig_id,
    form,
    ok: success,
    started_at: call.started_at,
    ended_at: Math.max(call.started_at, call.ended_at),
  };
}

function argumentsOf({ tool_name, args }: RunCall): Pick<Step, 'params' | 'flags'> {
  if (tool_name.startsWith('dom.')) return { params: VALUE_OF[tool_name] ?? [], flags: {} };
  const known = Object.entries(args ?? {})
    .filter(([name]) => !PLACES.test(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .slice(0, MAX_PARAMS);
  return {
    params: known.flatMap(([name, value]) => (value === null ? [name] : [])),
    flags: Object.fromEntries(known.filter((each): each is [string, boolean] => each[1] !== null)),
  };
}

const sameControl = (a: Step, b: Step): boolean =>
  a.page_key === b.page_key &&
  a.form?.selector_norm === b.form?.selector_norm &&
  a.form?.attr_fingerprint_hash === b.form?.attr_fingerprint_hash;

const takesValue = ({ params }: Step): boolean => params.length > 0;

/** Adds a step, or makes one of it and the step before where both are one act. */
function join(stretch: Step[], last: Step, step: Step): void {
  const replaced = (by: Step): void => {
    stretch[stretch.length - 1] = by;
  };
  if (!step.ok) stretch.push(step);
  else if (
    step.tool === 'dom.submit' &&
    last.tool === 'dom.click' &&
    step.started_at - last.started_at <= SENT_BY_CLICK_MS
  )
    return;
  else if (!sameControl(last, step)) stretch.push(step);
  else if (last.scroll && step.scroll) replaced({ ...step, screens: (last.screens ?? 0) + (step.screens ?? 0) });
  else if (last.tool !== step.tool && takesValue(step) && !takesValue(last)) replaced(step);
  else if (last.tool !== step.tool) stretch.push(step);
  else replaced(takesValue(step) ? step : { ...step, repeat: true });
}

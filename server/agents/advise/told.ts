import { byText, type Check } from './check.ts';
import type { Control } from './controls.ts';
import { plainName, tellable, tellableUnseen, uniqueSelectors } from './plain.ts';

/** A control as an agent is told of it: closed data, of which only the selector holds text, and that is bounded. */
export interface ToldControl {
  readonly control: Control;
  readonly hint_id: string;
  readonly selector: string;
  readonly role?: string;
  /** What the snapshot that the agent is being shown calls it; undefined: not checked against one. */
  readonly ref?: string;
  readonly ok: number;
  readonly failed: number;
  readonly tools: readonly string[];
  readonly wait?: { readonly signal: string; readonly timeout_ms: number };
  readonly ops?: string;
}

const MAX_TOOLS = 2;

/**
 * The controls that may be told, those that stand in the live snapshot first. What a whole snapshot does not hold, or holds more than once,
 * is left out where its selector names it by a text.
 */
export function toldControls(controls: readonly Control[], check: Check, hasSnapshot: boolean): ToldControl[] {
  const told = controls.flatMap((control): ToldControl[] => {
    const { best, wait, ops } = control;
    const checked = check(best.data);
    // From other pages of the site: nothing but the page itself says that it stands on this one too.
    if (best.domain && checked.seen !== 'once') return [];
    const unseen = (selector: string): boolean => tellableUnseen(selector) && !(hasSnapshot && byText(selector));
    const selector = uniqueSelectors(best.data).find(checked.seen === 'once' ? tellable : unseen);
    if (selector === undefined || checked.seen === 'never') return [];
    const role = plainName(best.data.identity.role);
    const { success_ct, error_ct } = best.evidence;
    return [
      {
        control,
        hint_id: best.hint_id,
        selector,
        ...(role ? { role } : {}),
        ...(checked.seen === 'once' ? { ref: checked.ref } : {}),
        ok: success_ct,
        failed: error_ct,
        tools: best.data.tools.flatMap((tool) => plainName(tool) ?? []).slice(0, MAX_TOOLS),
        ...(wait ? { wait: { signal: wait.data.signal, timeout_ms: wait.data.timeout_ms } } : {}),
        ...(ops ? { ops: ops.data.class } : {}),
      },
    ];
  });
  return [...told.filter(({ ref }) => ref !== undefined), ...told.filter(({ ref }) => ref === undefined)];
}

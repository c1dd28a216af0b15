import type { BestSelectorHint, Hint, SafeOpsHint, WaitConditionHint } from '../../../shared/protocol/schema.ts';

/** What is known of one control: how to find it, and where known what to wait for and what using it does. */
export interface Control {
  readonly best: BestSelectorHint;
  readonly wait?: WaitConditionHint;
  readonly ops?: SafeOpsHint;
}

/** The same for all versions and kinds of a control's hints. */
const keyOf = ({ element, page }: Hint): string | undefined =>
  element && JSON.stringify([page.url_norm, element.selector_norm, element.attr_fingerprint_hash]);

/** Hints by control, the most used first; those that nobody could find again are left out. */
export function controlsOf(hints: readonly Hint[]): Control[] {
  const byKey = new Map<string, { best?: BestSelectorHint; wait?: WaitConditionHint; ops?: SafeOpsHint }>();
  for (const hint of hints) {
    const key = keyOf(hint);
    if (key === undefined) continue;
    const control = byKey.get(key) ?? {};
    if (hint.hint_type === 'best_selector') control.best ??= hint;
    else if (hint.hint_type === 'wait_condition') control.wait ??= hint;
    else if (hint.hint_type === 'safe_ops') control.ops ??= hint;
    byKey.set(key, control);
  }
  return [...byKey.values()]
    .flatMap(({ best, ...rest }) => (best ? [{ best, ...rest }] : []))
    .sort((a, b) => b.best.evidence.runs - a.best.evidence.runs || b.best.confidence - a.best.confidence);
}

import { type ElementIdentity, OP_CLASSES, type OpClass, type SafeOpsData } from '../../shared/protocol/schema.ts';
import { saysChange } from './change_words.ts';
import type { ControlUses } from './control_uses.ts';
import type { ReleasePolicy } from './release.ts';

/** Controls that lead or show something, and those whose use is taken back by using them again. */
const LEADS = new Set(['link', 'button', 'tab', 'menuitem', 'treeitem']);
const TOGGLES = new Set([
  'checkbox',
  'combobox',
  'listbox',
  'menuitemcheckbox',
  'menuitemradio',
  'option',
  'radio',
  'searchbox',
  'slider',
  'spinbutton',
  'switch',
  'textbox',
]);

/** How bad a class is, from 1. */
export const rankOf = (name: OpClass): number => OP_CLASSES.indexOf(name) + 1;

type Judged = Pick<SafeOpsData, 'class' | 'because'>;

/**
 * What using a control does. What was seen to follow decides at once for the worse; for the better only enough of it, on a control whose
 * role and words say nothing else. Undefined where no use was told.
 */
export function safeOps(
  uses: ControlUses,
  identity: ElementIdentity | null,
  policy: Pick<ReleasePolicy, 'minSuccesses' | 'minDays'>,
): SafeOpsData | undefined {
  const { follows, requests } = uses;
  if (follows.uses === 0 && follows.confirmed === 0) return undefined;
  const judged = judge(uses, identity, policy);
  return { ...judged, replay: judged.class === 'read_only', follows, requests: [...requests] };
}

function judge(
  { follows, worst, votes, days, textKey }: ControlUses,
  identity: ElementIdentity | null,
  policy: Pick<ReleasePolicy, 'minSuccesses' | 'minDays'>,
): Judged {
  if (follows.deletes > 0) return { class: 'destructive', because: 'delete_seen' };
  if (follows.confirmed > 0) return { class: 'destructive', because: 'change_confirmed' };
  if (follows.changes > 0) return { class: 'state_changing', because: 'change_seen' };
  if (follows.unseen_requests > 0 || worst !== 'read_only')
    return { class: 'state_changing', because: 'unseen_requests' };
  if (votes < policy.minSuccesses || days < policy.minDays)
    return { class: 'state_changing', because: 'little_evidence' };
  const { role = '', name_words = [], text_words = [], label_words = [], mark_words = [] } = identity ?? {};
  const words = [...name_words, ...text_words, ...label_words, ...mark_words];
  if (words.length === 0) return { class: 'state_changing', because: 'unknown_control' };
  if (saysChange(words, textKey)) return { class: 'state_changing', because: 'words' };
  if (TOGGLES.has(role)) return { class: 'reversible', because: 'nothing_changed' };
  return LEADS.has(role)
    ? { class: 'read_only', because: 'nothing_changed' }
    : { class: 'state_changing', because: 'unknown_control' };
}

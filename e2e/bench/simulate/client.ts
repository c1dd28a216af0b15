import { v7 as uuidv7 } from 'uuid';
import type { BestSelectorHint } from '../../../shared/protocol/schema.ts';
import type { Resolved } from './resolve.ts';
import type { Told } from './score.ts';
import type { Control } from './world.ts';

/** The hint that a run takes for a control: the best one of its name, or of its form. */
export const hintFor = (hints: readonly BestSelectorHint[], { signature }: Control): BestSelectorHint | undefined =>
  hints.find(
    ({ data, element }) =>
      data.identity.name_hash === signature.identity.name_hash ||
      element?.attr_fingerprint_hash === signature.attr_fingerprint_hash,
  );

export function toldBy(resolved: Resolved | undefined, wanted: Control): Told {
  if (!resolved) return 'nothing';
  if (resolved.outcome !== 'found') return 'missed';
  return resolved.control.number === wanted.number ? 'right' : 'wrong';
}

export interface Use {
  readonly run_id: string;
  readonly instance_id: string;
  readonly url: string;
  readonly state: string;
  readonly time: string;
  readonly control: Control;
  readonly hint: BestSelectorHint | undefined;
  readonly resolved: Resolved | undefined;
  readonly success: boolean;
}

/** What an honest client sends of a use: the call, and what the hint led to. */
export function itemsOf({ run_id, instance_id, url, state, time, control, hint, resolved, success }: Use) {
  const context = { run_id, instance_id, url };
  const call = {
    kind: 'tool_call',
    tool_name: 'browser_click',
    seq: 0,
    event_uuid: uuidv7(),
    started_at: time,
    success,
    context,
    page_signature: { url_norm: url, domain: new URL(url).hostname, dom_fingerprint_hash: state },
    element_signatures: [control.signature],
  };
  if (!hint || !resolved) return [call];
  const event = { kind: 'event', name: 'hint.outcome', occurred_at: time, context };
  const about = { hint_id: hint.hint_id, version: hint.version };
  const told = { ...event, event_uuid: uuidv7(), data: { ...about, ...outcomeOf(hint, resolved) } };
  // Somebody sees later that it was another control.
  const wrong = { ...event, event_uuid: uuidv7(), data: { ...about, outcome: 'wrong' } };
  return toldBy(resolved, control) === 'wrong' ? [call, told, wrong] : [call, told];
}

function outcomeOf({ element }: BestSelectorHint, resolved: Resolved) {
  if (resolved.outcome !== 'found') return { outcome: resolved.outcome };
  const { selector_norm, attr_fingerprint_hash } = resolved.control.signature;
  const changed = element?.attr_fingerprint_hash !== attr_fingerprint_hash;
  return {
    outcome: 'found',
    selector: resolved.by_selector ?? '',
    confidence: resolved.by_selector ? 0.97 : 0.93,
    ...(changed ? { changed_to: { selector_norm, attr_fingerprint_hash } } : {}),
  };
}

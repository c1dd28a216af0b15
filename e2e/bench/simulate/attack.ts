import { v7 as uuidv7 } from 'uuid';
import type { BestSelectorHint } from '../../../shared/protocol/schema.ts';
import { CONTROLS, type Control } from './world.ts';

/** Who tells lies: one run a day, one instance in many runs, or many instances that hold one key. */
export const ATTACKERS = ['run', 'instance', 'sybil'] as const;
export type Attacker = (typeof ATTACKERS)[number];

/** How many instances one key pretends to be. */
const SYBILS = 8;
/** What one attack sends. */
const LIES = 20;

/** Who attacks a control, if anybody: one of each page, by another kind of attacker on each site. */
export const attackerOf = ({ site, number }: Pick<Control, 'site' | 'number'>): Attacker | undefined =>
  number === 0 && site % 4 !== 3 ? ATTACKERS[site % 4] : undefined;

/** Whose selector and identity the attacker puts in its place. */
export const victimOf = (control: Control, controls: readonly Control[]): Control =>
  controls[(control.number + 2) % CONTROLS]!;

/**
 * What an attacker sends in an hour: successes on the control under its own form, but with the candidates, and every second time the
 * identity, of another control; and reports that what it wants was found.
 */
export function liesAbout(
  control: Control,
  controls: readonly Control[],
  attacker: Attacker,
  hints: readonly BestSelectorHint[],
  at: { readonly url: string; readonly time: string },
): Record<string, unknown>[] {
  const other = victimOf(control, controls);
  const { signature } = control;
  const wanted = other.signature.selector_norm;
  const useful = hints.filter(({ data }) =>
    [data.selector, ...data.alternatives.map((each) => each.selector)].includes(wanted),
  );
  const run = uuidv7();
  return Array.from({ length: LIES }, (_, n) => {
    const instance_id = attacker === 'sybil' ? `sybil-${control.site}-${n % SYBILS}` : `liar-${control.site}`;
    const context = { run_id: attacker === 'run' ? run : uuidv7(), instance_id, url: at.url };
    const call = {
      kind: 'tool_call',
      tool_name: 'browser_click',
      seq: n,
      event_uuid: uuidv7(),
      started_at: at.time,
      success: true,
      context,
      page_signature: {
        url_norm: at.url,
        domain: new URL(at.url).hostname,
        dom_fingerprint_hash: `${'f'.repeat(12)}${(n % 4).toString(16).padStart(4, '0')}`,
      },
      element_signatures: [
        {
          ...signature,
          identity: n % 2 ? other.signature.identity : signature.identity,
          candidates: [other.signature.candidates![0]!, ...(signature.candidates ?? [])],
        },
      ],
    };
    const reports = useful.map(({ hint_id, version }) => ({
      kind: 'event',
      name: 'hint.outcome',
      event_uuid: uuidv7(),
      occurred_at: at.time,
      context,
      data: { hint_id, version, outcome: 'found', selector: wanted },
    }));
    return [call, ...reports];
  }).flat();
}

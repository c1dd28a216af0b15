import type { BestSelectorHint } from '../../../shared/protocol/schema.ts';
import { CONTROLS, type Control } from './world.ts';

/** Who tells lies: one run a day, one instance in many runs, or many instances that hold one key. */
export const ATTACKERS = ['run', 'instance', 'sybil'] as const;
/** Of the key that each sends with: the first two share theirs with honest instances, the last has one of its own. */
export const ATTACKER_KEYS: Readonly<Record<Attacker, number>> = { run: 1, instance: 2, sybil: 4 };
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
 * identity, of another control; and reports that what it wants was found, and that the control is found as the other one.
 */
export function liesAbout(
  control: Control,
  controls: readonly Control[],
  attacker: Attacker,
  hints: readonly BestSelectorHint[],
  at: { readonly url: string; readonly time: string; readonly uuid: () => string },
): Record<string, unknown>[] {
  const other = victimOf(control, controls);
  const { signature } = control;
  const wanted = other.signature.selector_norm;
  const useful = hints.filter(({ data }) =>
    [data.selector, ...data.alternatives.map((each) => each.selector)].includes(wanted),
  );
  const own = hints.filter(({ element }) => element?.attr_fingerprint_hash === signature.attr_fingerprint_hash);
  const { selector_norm, attr_fingerprint_hash } = other.signature;
  const changed_to = { selector_norm, attr_fingerprint_hash };
  const told = [
    ...useful.map(({ hint_id, version }) => ({ hint_id, version, outcome: 'found', selector: wanted })),
    ...own.map(({ hint_id, version, data: { selector } }) => ({
      hint_id,
      version,
      outcome: 'found',
      selector,
      confidence: 0.99,
      changed_to,
    })),
  ];
  const run = at.uuid();
  return Array.from({ length: LIES }, (_, n) => {
    const instance_id = attacker === 'sybil' ? `sybil-${control.site}-${n % SYBILS}` : `liar-${control.site}`;
    const context = { run_id: attacker === 'run' ? run : at.uuid(), instance_id, url: at.url };
    const call = {
      kind: 'tool_call',
      tool_name: 'browser_click',
      seq: n,
      event_uuid: at.uuid(),
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
    const report = { kind: 'event', name: 'hint.outcome', occurred_at: at.time, context };
    const reports = told.map((data) => ({ ...report, event_uuid: at.uuid(), data }));
    return [call, ...reports];
  }).flat();
}

import { CallEffects, type WaitSignal } from '../../../shared/protocol/schema.ts';
import type { Tx } from '../../db/db.ts';
import { rankOf } from '../../hints/safe_ops.ts';
import { bucketOf } from '../../hints/sketch.ts';
import { addRequests, addSignals, addUses, addWaits } from './add_uses.ts';
import { createSums } from './sums.ts';
import type { TouchedElement } from './touched.ts';
import type { Chunk } from './watermark.ts';

interface Told {
  readonly project_id: string;
  readonly elem_sig_id: string;
  /** Of the control that opened the dialog in which this one stands. */
  readonly opener_id: string | null;
  readonly success: boolean | null;
  readonly voter: string;
  readonly day: string;
  readonly key_no: number;
  /** The Monday of its week. */
  readonly week: string;
  readonly data: unknown;
}

/** Call of an event by an event_uuid in its data. */
const callOf = (name: string, field: string): string => `lateral (
  select c.elem_sig_id, c.success
  from tool_call_ledger l
  join tool_calls c on c.project_id = l.project_id and c.call_id = l.call_id and c.started_at = l.started_at
  join element_signatures s on s.project_id = c.project_id and s.elem_sig_id = c.elem_sig_id
  where l.project_id = e.project_id and l.run_id = e.run_id
    and l.event_uuid = case when e.data ->> '${field}' ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
      then (e.data ->> '${field}')::uuid end
) ${name} on true`;

/**
 * Adds what followed calls (events `call.effects`, data `CallEffects`) to what is known of their controls; answers the elements. What
 * has not that shape, or whose call is not stored, counts nowhere. The day is this server's, as for the votes on selectors.
 */
export async function foldEffects(tx: Tx, { after, upTo }: Chunk): Promise<TouchedElement[]> {
  const told = await tx.query<Told>(
    `select e.project_id, c.elem_sig_id, c.success, o.elem_sig_id as opener_id, e.data,
       coalesce(e.instance_id, e.run_id::text) as voter, (e.ingested_at at time zone 'UTC')::date::text as day, coalesce(e.key_no, 0) as key_no,
       date_trunc('week', e.ingested_at at time zone 'UTC')::date::text as week
     from events e
     join ${callOf('c', 'call')}
     left join ${callOf('o', 'opener')}
     where e.ingested_xid > $1::xid8 and e.ingested_xid <= $2::xid8 and e.name = 'call.effects'`,
    [after, upTo],
  );
  const uses = createSums();
  const requests = createSums();
  const waits = createSums();
  const signals = createSums();
  const touched = new Map<string, TouchedElement>();
  for (const { data, success, opener_id, project_id, elem_sig_id, voter, day, key_no, week } of told) {
    const parsed = CallEffects.safeParse(data);
    if (!parsed.success) continue;
    const effects = parsed.data;
    const of = { project_id, elem_sig_id };
    touched.set(`${project_id} ${elem_sig_id}`, of);
    uses.add({ ...of, voter, day, key_no }, countsOf(effects), {
      worst: worstOf(effects),
      ...longestOf(effects, success),
    });
    for (const { method, path } of effects.requests) requests.add({ ...of, method, path, day }, { request_ct: 1 });
    if (opener_id !== null && worstOf(effects) >= rankOf('state_changing')) {
      const opener = { project_id, elem_sig_id: opener_id };
      touched.set(`${project_id} ${opener_id}`, opener);
      uses.add({ ...opener, voter, day, key_no }, { confirmed_ct: 1 }, { worst: rankOf('destructive') });
    }
    if (!effects.wait || success === null) continue;
    for (const [signal, enough] of signalsOf(effects.wait, success))
      signals.add({ ...of, signal, week }, { enough_ct: enough ? 1 : 0, too_soon_ct: enough ? 0 : 1 });
    if (success)
      for (const [signal, ms] of Object.entries(effects.wait))
        if (ms !== undefined) waits.add({ ...of, signal, week, bucket: bucketOf(ms) }, { wait_ct: 1 });
  }
  await addUses(tx, uses);
  await addRequests(tx, requests);
  await addWaits(tx, waits);
  await addSignals(tx, signals);
  return [...touched.values()];
}

const countsOf = ({ navigation, requests, unseen_requests, download, dialog }: CallEffects) => {
  const followed = navigation !== 'none' || requests.length + unseen_requests > 0 || download || dialog !== undefined;
  const deletes = requests.filter(({ method }) => method === 'DELETE').length;
  return {
    use_ct: 1,
    nothing_ct: followed ? 0 : 1,
    same_document_ct: navigation === 'same_document' ? 1 : 0,
    load_ct: navigation === 'load' ? 1 : 0,
    download_ct: download ? 1 : 0,
    dialog_ct: dialog ? 1 : 0,
    change_ct: requests.length - deletes,
    delete_ct: deletes,
    unseen_ct: unseen_requests,
    confirmed_ct: 0,
  };
};

function worstOf({ requests, unseen_requests }: CallEffects): number {
  if (requests.some(({ method }) => method === 'DELETE')) return rankOf('destructive');
  return rankOf(requests.length + unseen_requests > 0 ? 'state_changing' : 'read_only');
}

const longestOf = ({ wait }: CallEffects, success: boolean | null): { longest_wait?: number } =>
  wait && success ? { longest_wait: wait.enabled } : {};

/** For which signals a use says something, and what: see the table control_signals. */
function signalsOf(wait: NonNullable<CallEffects['wait']>, success: boolean): [WaitSignal, boolean][] {
  const { visible, enabled, url_change, dom_quiet, network_quiet } = wait;
  const last = network_quiet !== undefined ? 'network_quiet' : dom_quiet !== undefined ? 'dom_quiet' : 'enabled';
  return [
    ...(url_change === undefined
      ? []
      : [['url_change', success && url_change >= enabled] satisfies [WaitSignal, boolean]]),
    ['visible', success && visible >= enabled],
    [last, success],
  ];
}

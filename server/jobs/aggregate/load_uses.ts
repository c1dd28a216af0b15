import { OP_CLASSES, type WaitSignal } from '../../../shared/protocol/schema.ts';
import type { Tx } from '../../db/db.ts';
import type { ControlUses, Follows, SignalEvidence } from '../../hints/control_uses.ts';
import { weightOf, within } from '../../hints/votes_sql.ts';
import { type Forms, formsOf } from './forms.ts';
import type { Releasing } from './publish_hints.ts';
import { keyOf } from './release_hints.ts';

interface Row extends Pick<ControlUses, 'requests'> {
  readonly project_id: string;
  readonly elem_sig_id: string;
  readonly text_key: string;
  readonly uses: {
    readonly worst: number;
    readonly votes: number;
    readonly weight: number;
    readonly days: number;
    readonly follows: Follows;
  };
  readonly signals: readonly ({ readonly signal: WaitSignal } & SignalEvidence)[];
  readonly waits: readonly { readonly signal: WaitSignal; readonly buckets: readonly [number, number][] }[];
}

/** Requests told of a control, the most frequent ones. */
const MAX_REQUESTS = 5;

/** How controls were used, by `keyOf` of each; of those alone whose use was told. */
export async function loadUses(
  tx: Tx,
  groups: readonly Forms[],
  ageing: Releasing,
): Promise<ReadonlyMap<string, ControlUses>> {
  if (groups.length === 0) return new Map();
  const rows = await tx.query<Row>(
    `select g.project_id, g.elem_sig_id, p.text_key, u.uses,
       coalesce((
         select jsonb_agg(r) from (
           select method, path, sum(request_ct)::int as count from control_requests
           where project_id = g.project_id and elem_sig_id = any(g.members) ${within('last_day', ageing)}
           group by method, path
           order by sum(request_ct) desc, method, path limit ${MAX_REQUESTS}
         ) r), '[]') as requests,
       coalesce((
         select jsonb_agg(s) from (
           select signal, sum(enough_ct * ${weightOf('week', ageing)}) as enough,
             sum(too_soon_ct * ${weightOf('week', ageing)}) as "tooSoon" from control_signals
           where project_id = g.project_id and elem_sig_id = any(g.members) ${within('week', ageing)} group by signal
         ) s), '[]') as signals,
       coalesce((
         select jsonb_agg(w) from (
           select signal, jsonb_agg(jsonb_build_array(bucket, wait_ct)) as buckets from (
             select signal, bucket, sum(wait_ct * ${weightOf('week', ageing)}) as wait_ct from control_waits
             where project_id = g.project_id and elem_sig_id = any(g.members) ${within('week', ageing)} group by signal, bucket
           ) b group by signal
         ) w), '[]') as waits
     from jsonb_to_recordset($1::jsonb) as g(project_id uuid, elem_sig_id bigint, members bigint[])
     join projects p on p.project_id = g.project_id
     cross join lateral (
       select jsonb_build_object('worst', max(worst), 'votes', count(distinct (voter, day)), 'weight',
           sum(${weightOf('day', ageing)} / told), 'days', count(distinct day),
         'follows', jsonb_build_object('uses', sum(use_ct), 'nothing', sum(nothing_ct), 'same_document',
           sum(same_document_ct), 'load', sum(load_ct), 'downloads', sum(download_ct), 'dialogs', sum(dialog_ct),
           'changes', sum(change_ct), 'deletes', sum(delete_ct), 'unseen_requests', sum(unseen_ct), 'confirmed',
           sum(confirmed_ct))) as uses
       from (
         -- A use on several states of the page is one vote.
         select *, count(*) over (partition by voter, day) as told from control_uses
         where project_id = g.project_id and elem_sig_id = any(g.members) ${within('day', ageing)}
       ) c
       having count(*) > 0
     ) u`,
    [formsOf(groups)],
  );
  return new Map(
    rows.map(({ uses, requests, signals, waits, text_key, ...row }) => [
      keyOf(row),
      {
        ...uses,
        worst: OP_CLASSES[uses.worst - 1] ?? 'destructive',
        requests,
        signals: new Map(signals.map(({ signal, ...evidence }) => [signal, evidence])),
        waits: new Map(waits.map(({ signal, buckets }) => [signal, new Map(buckets)])),
        textKey: text_key,
      },
    ]),
  );
}

import type { Tx } from '../../db/db.ts';
import type { Chunk } from '../aggregate/watermark.ts';
import type { Outcome } from './outcome.ts';

export const SOURCES = ['tool_calls', 'events', 'hint_exposures'] as const;
export type Source = (typeof SOURCES)[number];

/** An exposure that may have to be told anew how its run fared. */
export interface TouchedExposure extends Outcome {
  readonly project_id: string;
  readonly run_id: string;
  readonly hint_id: string;
  /** ms since 1970 */
  readonly exposed_at: number;
  readonly page_key: string;
  /** Null for a hint about the page. */
  readonly selector_norm: string | null;
  readonly attr_fingerprint_hash: string | null;
}

/** SQL of the hint that an event `e` is about. */
export const HINT_OF_EVENT = `case when e.data ->> 'hint_id' ~ '^[0-9]{1,18}$' then (e.data ->> 'hint_id')::bigint end`;

const ARRIVED = 'ingested_xid > $1::xid8 and ingested_xid <= $2::xid8';

/** Of exposures `x` of hints `h`; what arrived is read first, whatever the planner thinks of the tables' sizes. */
const TOUCHED: Record<Source, string> = {
  // Of hints about the page of a call; and those whose time may begin with the end of a call that is told late.
  tool_calls: `
    with arrived as materialized (select project_id, run_id, started_at, page_sig_id from tool_calls where ${ARRIVED}),
    n as materialized (
      select a.project_id, a.run_id, min(a.started_at) as started_at,
        array_agg(distinct coalesce(p.page_key, p.url_norm)) as page_keys
      from arrived a
      left join page_signatures p on p.project_id = a.project_id and p.page_sig_id = a.page_sig_id
      group by a.project_id, a.run_id
    )
    select x.project_id, x.run_id, x.hint_id
    from n
    join hint_exposures x on x.project_id = n.project_id and x.run_id = n.run_id
    join hints h on h.project_id = x.project_id and h.id = x.hint_id
    where h.url_norm = any(n.page_keys) or x.called_at > n.started_at`,
  events: `
    with n as materialized (
      select distinct e.project_id, e.run_id, ${HINT_OF_EVENT} as hint_id
      from events e where ${ARRIVED} and e.name = 'hint.outcome' and e.run_id is not null
    )
    select project_id, run_id, hint_id from n where hint_id is not null`,
  hint_exposures: `select project_id, run_id, hint_id from hint_exposures where ${ARRIVED}`,
};

/** The exposures that rows of a chunk may say something new about, with what is known of them. */
export const touchedExposures = (tx: Tx, source: Source, { after, upTo }: Chunk): Promise<TouchedExposure[]> =>
  tx.query<TouchedExposure>(
    `with touched as materialized (${TOUCHED[source]})
     select x.project_id, x.run_id, x.hint_id, (extract(epoch from x.exposed_at) * 1000)::float8 as exposed_at,
       h.url_norm as page_key, e.selector_norm, e.attr_fingerprint_hash,
       (extract(epoch from x.called_at) * 1000)::float8 as called_at, x.success, x.elapsed_ms, x.verified, x.acted,
       x.reported_wrong
     from touched t
     join hint_exposures x on x.project_id = t.project_id and x.run_id = t.run_id and x.hint_id = t.hint_id
     join hints h on h.project_id = x.project_id and h.id = x.hint_id
     left join recipes r on r.project_id = h.project_id and r.recipe_id = h.recipe_id
     -- A run that was told a recipe is measured by its first control.
     left join element_signatures e on e.project_id = h.project_id
       and e.elem_sig_id = coalesce(h.elem_sig_id, r.elem_sig_ids[1])`,
    [after, upTo],
  );

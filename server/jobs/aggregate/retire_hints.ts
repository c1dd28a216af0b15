import type { Tx } from '../../db/db.ts';
import type { Releasing } from './publish_hints.ts';
import type { TouchedElement } from './touched.ts';

export interface Old {
  readonly touched: readonly TouchedElement[];
  /** Of the last hint that was looked at; undefined where there is none left. */
  readonly last: string | undefined;
}

/** The next elements, `limit` at the most, after a hint whose served versions are about something that nobody used for as long as hints are kept. */
export async function oldHints(tx: Tx, after: string, limit: number, { policy, now }: Releasing): Promise<Old> {
  if (policy.decayDays === 0) return { touched: [], last: undefined };
  const rows = await tx.query<TouchedElement & { id: string }>(
    `select h.project_id, h.elem_sig_id, h.id from hints h
     where h.id > $1 and h.superseded_at is null and h.state <> 'quarantined' and h.elem_sig_id is not null
       and (h.evidence ->> 'last_success_at')::timestamptz < $2::timestamptz - make_interval(days => $3)
       and not exists (
         select from hint_decisions d where d.project_id = h.project_id and d.elem_sig_id = h.elem_sig_id
           and d.hint_type = h.hint_type)
     order by h.id limit ${limit}`,
    [after, now, policy.decayDays],
  );
  return { touched: rows, last: rows.at(-1)?.id };
}

/**
 * The elements whose hints were not calculated for a day: their evidence weighs less now, and so what they claim. They count as calculated,
 * so that each is taken once a day.
 */
export const agedHints = (tx: Tx, limit: number, { now }: Pick<Releasing, 'now'>): Promise<TouchedElement[]> =>
  tx.query<TouchedElement>(
    `with aged as (
       select project_id, id from hints
       where last_calculated_at < $1::timestamptz - interval '1 day' and superseded_at is null and state <> 'quarantined'
         and elem_sig_id is not null
       order by last_calculated_at limit ${limit}
     ), calculated as (
       update hints h set last_calculated_at = $1 from aged a where h.project_id = a.project_id and h.id = a.id
       returning h.project_id, h.elem_sig_id
     )
     select distinct project_id, elem_sig_id from calculated`,
    [now],
  );

import type { Tx } from '../../db/db.ts';
import type { Releasing } from './publish_hints.ts';
import type { TouchedElement } from './touched.ts';

const CHUNK = 200;

export interface Old {
  readonly touched: readonly TouchedElement[];
  /** Of the last hint that was looked at; undefined where there is none left. */
  readonly last: string | undefined;
}

/** The next elements after a hint whose served versions are about something that nobody used for as long as hints are kept. */
export async function oldHints(tx: Tx, after: string, { policy, now }: Releasing): Promise<Old> {
  if (policy.decayDays === 0) return { touched: [], last: undefined };
  const rows = await tx.query<TouchedElement & { id: string }>(
    `select h.project_id, h.elem_sig_id, h.id from hints h
     where h.id > $1 and h.superseded_at is null and h.state <> 'quarantined' and h.elem_sig_id is not null
       and (h.evidence ->> 'last_success_at')::timestamptz < $2::timestamptz - make_interval(days => $3)
       and not exists (
         select from hint_decisions d where d.project_id = h.project_id and d.elem_sig_id = h.elem_sig_id
           and d.hint_type = h.hint_type)
     order by h.id limit ${CHUNK}`,
    [after, now, policy.decayDays],
  );
  return { touched: rows, last: rows.at(-1)?.id };
}

import { plainArray } from '../../db/array.ts';
import type { Tx } from '../../db/db.ts';
import type { Chunk } from './watermark.ts';

export interface TouchedElement {
  readonly project_id: string;
  readonly elem_sig_id: string;
}

export interface TouchedOfSite extends TouchedElement {
  /** Host of its page; empty where it was erased since. */
  readonly site: string;
}

/** Elements to publish, and the transactions in which their evidence arrived, as an audit tells them. */
export interface Taken {
  readonly touched: readonly TouchedElement[];
  readonly after: string;
  readonly up_to: string;
}

/** Puts elements down to be published, in the transaction that folded their evidence. */
export async function touch(
  tx: Tx,
  touched: readonly TouchedElement[],
  { after, upTo }: Pick<Chunk, 'after' | 'upTo'>,
): Promise<void> {
  if (touched.length === 0) return;
  await tx.query(
    `insert into touched_elements as t (project_id, elem_sig_id, after_xid, up_to_xid)
     select distinct project_id, elem_sig_id, $3::xid8, $4::xid8
     from unnest($1::uuid[], $2::bigint[]) as i(project_id, elem_sig_id) order by project_id, elem_sig_id
     on conflict (project_id, elem_sig_id) do update set
       after_xid = least(t.after_xid, excluded.after_xid), up_to_xid = greatest(t.up_to_xid, excluded.up_to_xid)`,
    [...keysOf(touched), after, upTo],
  );
}

/** The next elements to publish, in the order of their keys. */
export const listTouched = (tx: Tx, after: TouchedElement | undefined, limit: number): Promise<TouchedOfSite[]> =>
  tx.query<TouchedOfSite>(
    `select t.project_id, t.elem_sig_id, coalesce(split_part(p.url_norm, '/', 3), '') as site
     from (
       select project_id, elem_sig_id from touched_elements
       where $1::uuid is null or (project_id, elem_sig_id) > ($1::uuid, $2::bigint)
       order by project_id, elem_sig_id limit ${limit}
     ) t
     left join element_signatures e on e.project_id = t.project_id and e.elem_sig_id = t.elem_sig_id
     left join page_signatures p on p.project_id = e.project_id and p.page_sig_id = e.page_sig_id
     order by t.project_id, t.elem_sig_id`,
    [after?.project_id ?? null, after?.elem_sig_id ?? null],
  );

/** Takes those of the elements that are still to be published, in this transaction; undefined where there are none. */
export async function takeTouched(tx: Tx, elements: readonly TouchedElement[]): Promise<Taken | undefined> {
  const rows = await tx.query<TouchedElement & { after: string; up_to: string }>(
    `delete from touched_elements t
     using unnest($1::uuid[], $2::bigint[]) as i(project_id, elem_sig_id)
     where t.project_id = i.project_id and t.elem_sig_id = i.elem_sig_id
     returning t.project_id, t.elem_sig_id, t.after_xid::text as after, t.up_to_xid::text as up_to`,
    keysOf(elements),
  );
  const bounds = (pick: (xids: bigint[]) => bigint | undefined, of: 'after' | 'up_to') =>
    String(pick(rows.map((row) => BigInt(row[of])).sort((a, b) => (a < b ? -1 : 1))));
  return rows.length === 0
    ? undefined
    : { touched: rows, after: bounds((xids) => xids[0], 'after'), up_to: bounds((xids) => xids.at(-1), 'up_to') };
}

/** As parameters of `unnest($1::uuid[], $2::bigint[])`. */
export const keysOf = (elements: readonly TouchedElement[]): [string, string] => [
  plainArray(elements.map(({ project_id }) => project_id)),
  plainArray(elements.map(({ elem_sig_id }) => elem_sig_id)),
];

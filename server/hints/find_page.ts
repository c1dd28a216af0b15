import type { PageMatch } from '../../shared/protocol/schema.ts';
import type { Tx } from '../db/db.ts';

export interface PageQuery {
  readonly url_norm: string;
  readonly dom_fingerprint_hash: string | undefined;
  /** 16 hex digits */
  readonly dom_simhash: string | undefined;
  readonly title_hash: string | undefined;
}

export interface FoundPage {
  readonly match: PageMatch;
  /** The known state most like the page as it is now. */
  readonly page_sig_id: string | undefined;
  /** Bits by which the SimHashes differ, where both are known. */
  readonly distance: number | undefined;
}

/** States whose SimHashes differ by no more bits are one page. */
export const NEAR_BITS = 6;
/** Newest states compared: one address may have any number of them. */
const STATES_COMPARED = 500;

interface Row {
  readonly page_sig_id: string;
  readonly distance: number | null;
  readonly exact: boolean;
}

/** The state of a page that a lookup asks about: itself, else the nearest, else one of the same title, else the newest. */
export async function findPage(tx: Tx, projectId: string, query: PageQuery): Promise<FoundPage> {
  const [row] = await tx.query<Row>(
    `with exact as materialized (
       select page_sig_id, dom_simhash, title_hash, last_seen from page_signatures
       where project_id = $1 and url_norm = $2 and dom_fingerprint_hash = $3
     ), newest as (
       select page_sig_id, dom_simhash, title_hash, last_seen from page_signatures
       where project_id = $1 and url_norm = $2 and not exists (select from exact)
       order by last_seen desc limit ${STATES_COMPARED}
     ), states as (
       select *, true as exact from exact union all select *, false from newest
     )
     select page_sig_id, bit_count(dom_simhash # ('x' || $4::text)::bit(64))::int as distance, exact
     from states
     order by exact desc, coalesce(bit_count(dom_simhash # ('x' || $4::text)::bit(64)) <= ${NEAR_BITS}, false) desc,
       distance, title_hash is not distinct from $5 desc, last_seen desc
     limit 1`,
    [
      projectId,
      query.url_norm,
      query.dom_fingerprint_hash ?? null,
      query.dom_simhash ?? null,
      query.title_hash ?? null,
    ],
  );
  if (!row) return { match: 'none', page_sig_id: undefined, distance: undefined };
  const near = row.distance !== null && row.distance <= NEAR_BITS;
  return {
    match: row.exact ? 'exact' : near ? 'near' : 'url',
    page_sig_id: row.page_sig_id,
    distance: row.distance ?? undefined,
  };
}

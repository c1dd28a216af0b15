import type { Hint, LookupRequest } from '../../shared/protocol/schema.ts';
import type { Tx } from '../db/db.ts';

export interface HintQuery {
  readonly url_norm: string;
  /** The state that the page was recognised as. */
  readonly page_sig_id: string | undefined;
  readonly candidates: LookupRequest['candidate_elements'];
  readonly limit: number;
}

/** Hints of one address looked at, best first: what ranks lower than this is not served. */
const HINTS_COMPARED = 500;

interface Row extends Omit<Hint, 'hint_id' | 'page' | 'element'> {
  readonly id: string;
  readonly page_sig_id: string;
  readonly url_norm: string;
  readonly dom_fingerprint_hash: string | null;
  readonly elem_sig_id: string | null;
  readonly selector_norm: string;
  readonly role: string | null;
  readonly attr_fingerprint_hash: string;
}

/**
 * Hints served for an address: those about elements that the recognised state has first, then by confidence. With
 * candidates, an element must agree with one of them in every field that the candidate has.
 */
export async function findHints(tx: Tx, projectId: string, query: HintQuery): Promise<Hint[]> {
  const rows = await tx.query<Row>(
    `with served as materialized (
       select * from hints
       where project_id = $1 and url_norm = $2 and state = 'active' and superseded_at is null
       order by confidence desc limit ${HINTS_COMPARED}
     ), known as (
       select h.*, e.selector_norm, e.role, e.attr_fingerprint_hash, here.elem_sig_id as here_id
       from served h
       left join element_signatures e on e.project_id = $1 and e.elem_sig_id = h.elem_sig_id
       left join element_signatures here on here.project_id = $1 and here.page_sig_id = $3
         and here.selector_norm = e.selector_norm and here.attr_fingerprint_hash = e.attr_fingerprint_hash
       where $4::jsonb is null or h.elem_sig_id is null or exists (
         select from jsonb_to_recordset($4::jsonb) as c(
           selector_norm text, role text, text_hash text, attr_fingerprint_hash text)
         where coalesce(c.selector_norm = e.selector_norm, c.selector_norm is null)
           and coalesce(c.role = e.role, c.role is null)
           and coalesce(c.text_hash = e.text_hash, c.text_hash is null)
           and coalesce(c.attr_fingerprint_hash = e.attr_fingerprint_hash, c.attr_fingerprint_hash is null))
     ), best as (
       select * from known order by here_id is null, confidence desc, id limit $5
     )
     select b.id, b.hint_type, b.state, b.version, b.confidence::float8 as confidence, b.hint_data as data, b.evidence,
       p.page_sig_id, p.url_norm, p.dom_fingerprint_hash,
       coalesce(b.here_id, b.elem_sig_id) as elem_sig_id, b.selector_norm, b.role, b.attr_fingerprint_hash
     from best b join page_signatures p
       on p.project_id = $1 and p.page_sig_id = case when b.here_id is null then b.page_sig_id else $3 end
     order by b.here_id is null, b.confidence desc, b.id`,
    [
      projectId,
      query.url_norm,
      query.page_sig_id ?? null,
      query.candidates === undefined ? null : JSON.stringify(query.candidates),
      query.limit,
    ],
  );
  return rows.map(hintOf);
}

function hintOf(row: Row): Hint {
  const { page_sig_id, url_norm, dom_fingerprint_hash, elem_sig_id, selector_norm, role, attr_fingerprint_hash } = row;
  return {
    hint_id: row.id,
    hint_type: row.hint_type,
    state: row.state,
    version: row.version,
    confidence: row.confidence,
    page: { page_sig_id, url_norm, dom_fingerprint_hash },
    ...(elem_sig_id === null ? {} : { element: { elem_sig_id, selector_norm, role, attr_fingerprint_hash } }),
    data: row.data,
    evidence: row.evidence,
  };
}

import type { Tx } from '../db/db.ts';
import type { ElementRow, PageRow } from './rows.ts';

/** Makes page states or fills those that are there; answers ids by `n`. Each row's state must differ from the others'. */
export async function writePages(tx: Tx, projectId: string, rows: readonly PageRow[]): Promise<Map<number, string>> {
  const written = await tx.query<{ n: number; page_sig_id: string }>(
    `with input as materialized (
       select n, url_norm, domain, canonical_link_hash, title_hash, dom_fingerprint_hash,
         ('x' || dom_simhash)::bit(64) as dom_simhash
       from jsonb_to_recordset($2::jsonb) as i(
         n int, url_norm text, domain text, canonical_link_hash text, title_hash text, dom_fingerprint_hash text,
         dom_simhash text)
     ), written as (
       insert into page_signatures as p (
         project_id, url_norm, page_key, domain, canonical_link_hash, title_hash, dom_fingerprint_hash, dom_simhash)
       select $1, url_norm, laskobot_page_key($1, url_norm), domain, canonical_link_hash, title_hash,
         dom_fingerprint_hash, dom_simhash
       from input order by url_norm, dom_fingerprint_hash
       on conflict on constraint page_signatures_state do update set
         canonical_link_hash = coalesce(p.canonical_link_hash, excluded.canonical_link_hash),
         title_hash = coalesce(p.title_hash, excluded.title_hash),
         dom_simhash = coalesce(p.dom_simhash, excluded.dom_simhash),
         last_seen = greatest(p.last_seen, excluded.last_seen)
       returning page_sig_id, url_norm, dom_fingerprint_hash
     )
     select i.n, w.page_sig_id from written w join input i
       on i.url_norm = w.url_norm and i.dom_fingerprint_hash is not distinct from w.dom_fingerprint_hash`,
    [projectId, JSON.stringify(rows)],
  );
  return new Map(written.map((row) => [row.n, row.page_sig_id]));
}

/**
 * Makes elements of page states or fills those that are there; answers ids by `n`. Each row's element must differ from the
 * others'.
 */
export async function writeElements(
  tx: Tx,
  projectId: string,
  rows: readonly (ElementRow & { readonly page_sig_id: string })[],
): Promise<Map<number, string>> {
  const written = await tx.query<{ n: number; elem_sig_id: string }>(
    `with input as materialized (
       select * from jsonb_to_recordset($2::jsonb) as i(
         n int, page_sig_id bigint, selector_norm text, role text, text_hash text, attr_fingerprint_hash text,
         identity jsonb, candidates jsonb)
     ), written as (
       insert into element_signatures as e (
         project_id, page_sig_id, selector_norm, role, text_hash, attr_fingerprint_hash, identity, candidates)
       select $1, page_sig_id, selector_norm, role, text_hash, attr_fingerprint_hash, identity, candidates
       from input order by page_sig_id, selector_norm, attr_fingerprint_hash
       on conflict on constraint element_signatures_identity do update set
         role = coalesce(e.role, excluded.role),
         text_hash = coalesce(e.text_hash, excluded.text_hash),
         identity = coalesce(e.identity, excluded.identity),
         candidates = coalesce(e.candidates, excluded.candidates),
         last_seen = greatest(e.last_seen, excluded.last_seen)
       returning elem_sig_id, page_sig_id, selector_norm, attr_fingerprint_hash
     )
     select i.n, w.elem_sig_id from written w join input i using (page_sig_id, selector_norm, attr_fingerprint_hash)`,
    [projectId, JSON.stringify(rows)],
  );
  return new Map(written.map((row) => [row.n, row.elem_sig_id]));
}

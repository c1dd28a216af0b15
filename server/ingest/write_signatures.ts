import type { Tx } from '../db/db.ts';
import type { ElementRow, PageRow } from './rows.ts';

/** Rows that are complete and were seen within this time are only read. */
const FRESH = `interval '1 hour'`;

/** Ids of page states by `n`; makes those that are missing. Each row's state must differ from the others'. */
export async function writePages(tx: Tx, projectId: string, rows: readonly PageRow[]): Promise<Map<number, string>> {
  const found = await tx.query<{ n: number; page_sig_id: string }>(
    // Two joins, because no index serves `is not distinct from`.
    `with input as materialized (
       select n, url_norm, domain, canonical_link_hash, title_hash, dom_fingerprint_hash,
         ('x' || dom_simhash)::bit(64) as dom_simhash
       from jsonb_to_recordset($2::jsonb) as i(
         n int, url_norm text, domain text, canonical_link_hash text, title_hash text, dom_fingerprint_hash text,
         dom_simhash text)
     ), found as materialized (
       select i.n, p.* from input i join page_signatures p
         on p.project_id = $1 and p.url_norm = i.url_norm and p.dom_fingerprint_hash = i.dom_fingerprint_hash
       union all
       select i.n, p.* from input i join page_signatures p
         on p.project_id = $1 and p.url_norm = i.url_norm and p.dom_fingerprint_hash is null
       where i.dom_fingerprint_hash is null
     ), written as (
       insert into page_signatures as p (
         project_id, url_norm, domain, canonical_link_hash, title_hash, dom_fingerprint_hash, dom_simhash)
       select $1, i.url_norm, i.domain, i.canonical_link_hash, i.title_hash, i.dom_fingerprint_hash, i.dom_simhash
       from input i left join found f using (n)
       where f.n is null or f.last_seen < now() - ${FRESH}
         or (f.canonical_link_hash is null and i.canonical_link_hash is not null)
         or (f.title_hash is null and i.title_hash is not null)
         or (f.dom_simhash is null and i.dom_simhash is not null)
       order by i.url_norm, i.dom_fingerprint_hash
       on conflict on constraint page_signatures_state do update set
         canonical_link_hash = coalesce(p.canonical_link_hash, excluded.canonical_link_hash),
         title_hash = coalesce(p.title_hash, excluded.title_hash),
         dom_simhash = coalesce(p.dom_simhash, excluded.dom_simhash),
         last_seen = greatest(p.last_seen, excluded.last_seen)
       returning page_sig_id, url_norm, dom_fingerprint_hash
     )
     select n, page_sig_id from found
     union
     select i.n, w.page_sig_id from written w join input i
       on i.url_norm = w.url_norm and i.dom_fingerprint_hash is not distinct from w.dom_fingerprint_hash`,
    [projectId, JSON.stringify(rows)],
  );
  return new Map(found.map((row) => [row.n, row.page_sig_id]));
}

/** Ids of elements by `n`; makes those that are missing. Each row's element must differ from the others'. */
export async function writeElements(
  tx: Tx,
  projectId: string,
  rows: readonly ElementRow[],
): Promise<Map<number, string>> {
  const found = await findElements(tx, projectId, rows);
  const ids = new Map(found.map((row) => [row.n, row.elem_sig_id]));
  const whole = new Set(found.filter((row) => row.whole).map((row) => row.n));
  const news = rows.filter((row) => !whole.has(row.n));
  if (news.length) for (const row of await upsertElements(tx, projectId, news)) ids.set(row.n, row.elem_sig_id);
  return ids;
}

interface FoundElement {
  readonly n: number;
  readonly elem_sig_id: string;
}

/** By their keys alone: identity and candidates are most of a batch's bytes, and nearly all elements are known. */
function findElements(
  tx: Tx,
  projectId: string,
  rows: readonly ElementRow[],
): Promise<(FoundElement & { readonly whole: boolean })[]> {
  const keys = rows.map(({ n, page_sig_id, selector_norm, attr_fingerprint_hash, ...rest }) => ({
    n,
    page_sig_id,
    selector_norm,
    attr_fingerprint_hash,
    role: rest.role !== undefined,
    text_hash: rest.text_hash !== undefined,
    identity: rest.identity !== undefined,
    candidates: rest.candidates !== undefined,
  }));
  return tx.query(
    `select i.n, e.elem_sig_id, e.last_seen >= now() - ${FRESH}
       and (e.role is not null or not i.role) and (e.text_hash is not null or not i.text_hash)
       and (e.identity is not null or not i.identity) and (e.candidates is not null or not i.candidates) as whole
     from jsonb_to_recordset($2::jsonb) as i(
       n int, page_sig_id bigint, selector_norm text, attr_fingerprint_hash text, role boolean, text_hash boolean,
       identity boolean, candidates boolean)
     join element_signatures e on e.project_id = $1 and e.page_sig_id = i.page_sig_id
       and e.selector_norm = i.selector_norm and e.attr_fingerprint_hash = i.attr_fingerprint_hash`,
    [projectId, JSON.stringify(keys)],
  );
}

function upsertElements(tx: Tx, projectId: string, rows: readonly ElementRow[]): Promise<FoundElement[]> {
  return tx.query<FoundElement>(
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
}

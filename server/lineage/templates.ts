import { type LearnedTemplate, learnTemplates, type SeenPage } from '../../shared/signature/templates.ts';
import type { Tx } from '../db/db.ts';

/** Newest addresses of a site that are learned from. */
const MAX_ADDRESSES = 20_000;

/** Sites with page states that came after the mark, and the mark after them. */
export async function newSites(tx: Tx, projectId: string): Promise<{ domains: readonly string[]; upTo: string }> {
  const [mark] = await tx.query<{ page_sig_id: string }>(
    'select page_sig_id from template_marks where project_id = $1',
    [projectId],
  );
  const after = mark?.page_sig_id ?? '0';
  const rows = await tx.query<{ domain: string; up_to: string }>(
    `select domain, max(page_sig_id)::text as up_to from page_signatures
     where project_id = $1 and page_sig_id > $2 and domain <> '' group by domain order by domain`,
    [projectId, after],
  );
  const upTo = rows.reduce((most, row) => (BigInt(row.up_to) > BigInt(most) ? row.up_to : most), after);
  return { domains: rows.map(({ domain }) => domain), upTo };
}

export async function setMark(tx: Tx, projectId: string, upTo: string): Promise<void> {
  await tx.query(
    `insert into template_marks (project_id, page_sig_id) values ($1, $2)
     on conflict (project_id) do update set page_sig_id = excluded.page_sig_id`,
    [projectId, upTo],
  );
}

/** Learns the templates of a site; answers those that are new. */
export async function learnSite(tx: Tx, projectId: string, domain: string): Promise<readonly LearnedTemplate[]> {
  const seen = await tx.query<SeenPage>(
    `select url_norm, lpad(to_hex(dom_simhash::bigint), 16, '0') as dom_simhash from (
       select distinct on (url_norm) url_norm, dom_simhash, last_seen from page_signatures
       where project_id = $1 and domain = $2 and dom_simhash is not null order by url_norm, last_seen desc
     ) p order by last_seen desc limit ${MAX_ADDRESSES}`,
    [projectId, domain],
  );
  const learned = learnTemplates(seen);
  const written = await tx.query<{ template: string; examples: number; made: boolean }>(
    `insert into url_templates as t (project_id, template, examples)
     select $1, template, examples from jsonb_to_recordset($2::jsonb) as i(template text, examples int)
     on conflict (project_id, template) do update set examples = greatest(t.examples, excluded.examples)
     returning template, examples, learned_at = now() and undone_at is null as made`,
    [projectId, JSON.stringify(learned)],
  );
  return written.filter(({ made }) => made).map(({ template, examples }) => ({ template, examples }));
}

export interface Moved {
  /** Page states that have another key now. */
  readonly pages: readonly string[];
  /** The last one looked at; undefined: there are no more. */
  readonly last: string | undefined;
}

/** Gives the page states of a site after `after` the keys of the templates that they fit now, `most` at once. */
export async function moveToTemplates(
  tx: Tx,
  projectId: string,
  domain: string,
  after: string,
  most: number,
): Promise<Moved> {
  const [row] = await tx.query<{ pages: string[]; last: string | null }>(
    `with chunk as materialized (
       select page_sig_id from page_signatures
       where project_id = $1 and domain = $2 and page_sig_id > $3 order by page_sig_id limit ${most}
     ), moved as (
       update page_signatures p set page_key = k.page_key
       from (select page_sig_id, url_norm, laskobot_page_key($1, url_norm) as page_key
             from chunk join page_signatures using (page_sig_id) where project_id = $1) k
       where p.project_id = $1 and p.page_sig_id = k.page_sig_id and p.page_key is distinct from k.page_key
       returning p.page_sig_id
     )
     select coalesce((select array_agg(page_sig_id::text) from moved), '{}') as pages,
       (select max(page_sig_id)::text from chunk) as last`,
    [projectId, domain, after],
  );
  return { pages: row?.pages ?? [], last: row?.last ?? undefined };
}

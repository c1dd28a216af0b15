import { type Bundle, type BundlePage, MAX_BUNDLE_HINTS, MAX_BUNDLE_STATES } from '../../shared/protocol/bundle.ts';
import type { Db } from '../db/db.ts';
import { type FoundHint, hintOf } from '../hints/find_hints.ts';

/** Most templates, and most controls of the domain. */
const MAX_OTHERS = 200;

/** All that is served for a domain, at one moment. */
export interface Content {
  readonly version: number;
  /** Whether there are no more hints than these. */
  readonly complete: boolean;
  readonly templates: readonly string[];
  /** Those with the most used hints first. */
  readonly pages: readonly BundlePage[];
  readonly controls: Bundle['controls'];
}

interface HintRow extends FoundHint {
  readonly url_norm: string;
  /** Of the newest states of its page those that have the control. */
  readonly on: readonly string[];
}

interface Row {
  readonly version: number;
  readonly hints: readonly HintRow[] | null;
  readonly pages: readonly { readonly key: string; readonly states: BundlePage['states'] }[] | null;
  readonly templates: readonly string[];
  readonly controls: Content['controls'] | null;
}

/** Undefined where nothing was ever served for the domain. One statement, so that the version is that of what is read. */
export async function readContent(db: Db, projectId: string, domain: string): Promise<Content | undefined> {
  const [row] = await db.tx({ projectId }, (tx) =>
    tx.query<Row>(
      `with served as materialized (
         select h.* from hints h
         where h.project_id = $1 and h.domain = $2 and h.state in ('active', 'canary') and h.superseded_at is null
         order by coalesce((h.evidence ->> 'success_ct')::numeric, 0) + coalesce((h.evidence ->> 'error_ct')::numeric, 0) desc, h.id
         limit $3 + 1
       ), states as materialized (
         select k.url_norm, s.*
         from (select distinct url_norm from served) k
         cross join lateral (
           select p.page_sig_id, p.dom_fingerprint_hash, p.dom_simhash, p.title_hash,
             row_number() over (order by p.last_seen desc, p.page_sig_id desc) as place
           from page_signatures p
           where p.project_id = $1 and case when p.page_key is null then p.url_norm else p.page_key end = k.url_norm
           order by p.last_seen desc, p.page_sig_id desc limit $4
         ) s
       )
       select b.version::int,
         (select json_agg(r) from (
            select h.id::text as hint_id, h.hint_type, h.state, h.version, h.pinned, h.confidence::float8, h.hint_data as data,
              h.evidence, h.page_sig_id::text, p.dom_fingerprint_hash, h.elem_sig_id::text, e.selector_norm, e.role,
              e.attr_fingerprint_hash, h.url_norm,
              (select coalesce(json_agg(o.page_sig_id::text), '[]') from states s
               join element_signatures o on o.project_id = $1 and o.page_sig_id = s.page_sig_id
                 and o.selector_norm = e.selector_norm and o.attr_fingerprint_hash = e.attr_fingerprint_hash
               where s.url_norm = h.url_norm) as on
            from served h
            join page_signatures p on p.project_id = $1 and p.page_sig_id = h.page_sig_id
            left join element_signatures e on e.project_id = $1 and e.elem_sig_id = h.elem_sig_id
            order by coalesce((h.evidence ->> 'success_ct')::numeric, 0) + coalesce((h.evidence ->> 'error_ct')::numeric, 0) desc, h.id
          ) r) as hints,
         (select json_agg(json_build_object('key', k.url_norm, 'states', k.states)) from (
            select url_norm, json_agg(json_build_object('page_sig_id', page_sig_id::text, 'dom_fingerprint_hash', dom_fingerprint_hash,
              'dom_simhash', lpad(to_hex(dom_simhash::bigint), 16, '0'), 'title_hash', title_hash) order by place) as states
            from states group by url_norm
          ) k) as pages,
         (select coalesce(json_agg(t.template order by
            array_length(array_positions(string_to_array(t.template, '/'), ':id'), 1), t.template), '[]')
          from (select * from url_templates where project_id = $1 and host = $2 and undone_at is null
            order by examples desc, template limit $5) t) as templates,
         (select json_agg(json_build_object('elem_sig_id', d.elem_sig_id::text, 'pages', d.pages, 'not_on', (
            select coalesce(json_agg(w.url_norm), '[]') from (
              select c.url_norm from domain_controls c where c.project_id = $1 and c.domain = $2 and c.form = d.form
                and c.verdict = 'wrong' limit 20) w)) order by d.pages desc, d.form)
          from (select * from domain_hints where project_id = $1 and domain = $2
            order by pages desc, form limit $5) d) as controls
       from hint_bundles b where b.project_id = $1 and b.domain = $2`,
      [projectId, domain, MAX_BUNDLE_HINTS, MAX_BUNDLE_STATES, MAX_OTHERS],
    ),
  );
  if (!row) return undefined;
  const { version, templates, controls } = row;
  const served = row.hints ?? [];
  const states = new Map((row.pages ?? []).map((page) => [page.key, page.states]));
  const pages = new Map<string, BundlePage>();
  for (const found of served.slice(0, MAX_BUNDLE_HINTS)) {
    const page = pages.get(found.url_norm) ?? {
      key: found.url_norm,
      states: states.get(found.url_norm) ?? [],
      hints: [],
    };
    pages.set(found.url_norm, page);
    const on = page.states.flatMap(({ page_sig_id }, at) => (found.on.includes(page_sig_id) ? [at] : []));
    page.hints.push({ hint: hintOf(found.url_norm, found), on });
  }
  for (const { hints } of pages.values())
    hints.sort((a, b) => b.hint.confidence - a.hint.confidence || Number(a.hint.hint_id) - Number(b.hint.hint_id));
  return {
    version,
    complete: served.length <= MAX_BUNDLE_HINTS,
    templates,
    pages: [...pages.values()],
    controls: controls ?? [],
  };
}

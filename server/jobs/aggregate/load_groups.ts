import type { Tx } from '../../db/db.ts';
import type { ElementGroup, ElementMember } from '../../hints/best_selector.ts';
import type { SelectorEvidence } from '../../hints/choose_selector.ts';
import type { TouchedElement } from './fold_calls.ts';

/** An element group and where its hints are kept: at its first signature. */
export interface LoadedGroup extends ElementGroup {
  readonly project_id: string;
  readonly url_norm: string;
  readonly page_sig_id: string;
  readonly elem_sig_id: string;
}

interface Row {
  readonly project_id: string;
  readonly url_norm: string;
  readonly selector_norm: string;
  readonly page_sig_id: string;
  readonly elem_sig_id: string;
  readonly members: (Omit<ElementMember, 'last_success_at'> & { readonly last_success_at: string | null })[];
  readonly tools: string[];
  readonly runs: number;
  readonly selectors: ({ readonly selector: string } & SelectorEvidence)[];
}

/** The groups (same url_norm, selector_norm and attr_fingerprint_hash) that elements belong to, with all their evidence. */
export async function loadGroups(tx: Tx, touched: readonly TouchedElement[]): Promise<LoadedGroup[]> {
  if (touched.length === 0) return [];
  const rows = await tx.query<Row>(
    `with groups as materialized (
       select distinct e.project_id, p.url_norm, e.selector_norm, e.attr_fingerprint_hash
       from jsonb_to_recordset($1::jsonb) as i(project_id uuid, elem_sig_id bigint)
       join element_signatures e on e.project_id = i.project_id and e.elem_sig_id = i.elem_sig_id
       join page_signatures p on p.project_id = e.project_id and p.page_sig_id = e.page_sig_id
     ), members as materialized (
       select g.*, e.elem_sig_id, e.page_sig_id, e.identity, e.candidates, s.id as stat_id, s.success_ct, s.error_ct,
         s.avg_latency, s.latency_ct, s.last_success_at
       from groups g
       join element_signatures e on e.project_id = g.project_id and e.selector_norm = g.selector_norm
         and e.attr_fingerprint_hash = g.attr_fingerprint_hash
       join page_signatures p on p.project_id = e.project_id and p.page_sig_id = e.page_sig_id
         and p.url_norm = g.url_norm
       left join hint_stats s on s.project_id = e.project_id and s.elem_sig_id = e.elem_sig_id
     ), folded as (
       select project_id, url_norm, selector_norm, min(elem_sig_id) as elem_sig_id,
         (array_agg(page_sig_id order by elem_sig_id))[1] as page_sig_id, array_agg(stat_id) as stat_ids,
         jsonb_agg(jsonb_build_object('elem_sig_id', elem_sig_id::text, 'identity', identity, 'candidates', candidates,
           'success_ct', coalesce(success_ct, 0), 'error_ct', coalesce(error_ct, 0), 'avg_latency', avg_latency,
           'latency_ct', coalesce(latency_ct, 0), 'last_success_at', last_success_at)) as members
       from members group by project_id, url_norm, selector_norm, attr_fingerprint_hash
     )
     select f.project_id, f.url_norm, f.selector_norm, f.page_sig_id, f.elem_sig_id, f.members,
       coalesce((
         select jsonb_agg(t.tool_name order by t.total desc, t.tool_name) from (
           select tool_name, sum(success_ct) as total from hint_stat_tools
           where project_id = f.project_id and stat_id = any(f.stat_ids) group by tool_name having sum(success_ct) > 0
         ) t), '[]') as tools,
       (select count(distinct run_id)::int from hint_stat_runs
        where project_id = f.project_id and stat_id = any(f.stat_ids)) as runs,
       coalesce((
         select jsonb_agg(jsonb_build_object('selector', selector, 'found_ct', found_ct, 'missed_ct', missed_ct))
         from hint_selector_stats where project_id = f.project_id and elem_sig_id = f.elem_sig_id), '[]') as selectors
     from folded f order by f.project_id, f.elem_sig_id`,
    [JSON.stringify(touched)],
  );
  return rows.map((row) => ({
    ...row,
    members: row.members.map((member) => ({
      ...member,
      last_success_at: member.last_success_at === null ? null : new Date(member.last_success_at),
    })),
    selectors: new Map(row.selectors.map((each) => [each.selector, each])),
  }));
}

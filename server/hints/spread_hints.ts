import { plainArray, textArray } from '../db/array.ts';
import type { Tx } from '../db/db.ts';
import type { Forms } from '../jobs/aggregate/forms.ts';

interface DomainControl {
  readonly project_id: string;
  readonly domain: string;
  readonly form: string;
  readonly url_norm: string;
  readonly elem_sig_id: string;
  /** Null where nothing is known of it any more. */
  readonly verdict: 'right' | 'wrong' | 'vetoed' | null;
}

/**
 * Brings what is told of the domains of controls up to the hints about them: what is right on several pages of a domain is offered on
 * pages of it that nobody met (sql/015_bundles.sql).
 */
export async function spreadHints(tx: Tx, groups: readonly Forms[]): Promise<void> {
  const changed = groups.length === 0 ? [] : await changedControls(tx, groups);
  if (changed.length === 0) return;
  const rows = JSON.stringify(changed);
  await tx.query(
    `delete from domain_controls c
     using jsonb_to_recordset($1::jsonb) as i(project_id uuid, domain text, form text, url_norm text, elem_sig_id bigint, verdict text)
     where c.project_id = i.project_id and c.domain = i.domain and c.form = i.form and c.url_norm = i.url_norm
       and c.elem_sig_id = i.elem_sig_id and i.verdict is null`,
    [rows],
  );
  await tx.query(
    `insert into domain_controls as c (project_id, domain, form, url_norm, elem_sig_id, verdict)
     select distinct on (project_id, domain, form, url_norm) project_id, domain, form, url_norm, elem_sig_id, verdict
     from jsonb_to_recordset($1::jsonb) as i(project_id uuid, domain text, form text, url_norm text, elem_sig_id bigint, verdict text)
     where verdict is not null
     order by project_id, domain, form, url_norm, elem_sig_id
     on conflict (project_id, domain, form, url_norm) do update set
       elem_sig_id = excluded.elem_sig_id, verdict = excluded.verdict`,
    [rows],
  );
  await tx.query('select laskobot_tell_controls($1, $2, $3)', [
    plainArray(changed.map(({ project_id }) => project_id)),
    textArray(changed.map(({ domain }) => domain)),
    textArray(changed.map(({ form }) => form)),
  ]);
}

/** What is on record of controls and differs from their hints. A hint is kept at one of the signatures of its control. */
const changedControls = (tx: Tx, groups: readonly Forms[]): Promise<DomainControl[]> => {
  const members = groups.flatMap(({ project_id, members }) =>
    members.map(({ elem_sig_id }) => ({ project_id, elem_sig_id })),
  );
  return tx.query<DomainControl>(
    `with known as (
       select distinct on (h.project_id, h.domain, form, h.url_norm) h.project_id, h.domain,
         laskobot_form(e.selector_norm, e.attr_fingerprint_hash) as form, h.url_norm, h.elem_sig_id,
         case
           when d.decision = 'veto' then 'vetoed'
           when h.state = 'active' and h.superseded_at is null then 'right'
           else 'wrong'
         end as verdict
       from unnest($1::uuid[], $2::bigint[]) as i(project_id, elem_sig_id)
       join hints h on h.project_id = i.project_id and h.elem_sig_id = i.elem_sig_id and h.hint_type = 'best_selector'
       join element_signatures e on e.project_id = h.project_id and e.elem_sig_id = h.elem_sig_id
       left join hint_decisions d on d.project_id = h.project_id and d.elem_sig_id = h.elem_sig_id
         and d.hint_type = h.hint_type
       where h.domain <> '' and (h.state = 'quarantined' or (h.state = 'active' and h.superseded_at is null))
       -- The version that is served decides; where none is, the one that was withdrawn.
       order by h.project_id, h.domain, form, h.url_norm, h.state = 'active' desc, h.version desc
     ), recorded as (
       select c.* from unnest($1::uuid[], $2::bigint[]) as i(project_id, elem_sig_id)
       join domain_controls c on c.project_id = i.project_id and c.elem_sig_id = i.elem_sig_id
     )
     select project_id, domain, form, url_norm, elem_sig_id, k.verdict
     from known k full join recorded r using (project_id, domain, form, url_norm, elem_sig_id)
     where k.verdict is distinct from r.verdict`,
    [
      plainArray(members.map(({ project_id }) => project_id)),
      plainArray(members.map(({ elem_sig_id }) => elem_sig_id)),
    ],
  );
};

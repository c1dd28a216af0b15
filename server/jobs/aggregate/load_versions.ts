import type { HintState } from '../../../shared/protocol/schema.ts';
import type { Tx } from '../../db/db.ts';
import type { Advice, PublishedKind } from '../../hints/kinds.ts';
import type { Decision } from '../../hints/release.ts';
import { type Forms, keyOf } from './forms.ts';
import { keysOf, type TouchedElement } from './touched.ts';

export interface Version {
  readonly project_id: string;
  readonly elem_sig_id: string;
  readonly hint_type: PublishedKind;
  readonly id: string;
  readonly version: number;
  readonly state: HintState;
  readonly superseded: boolean;
  readonly hint_data: Advice['data'];
  readonly confidence: number;
  /** Successes and errors that it tells of. */
  readonly told: number;
  readonly url_norm: string;
  /** Whether pages reported of it. */
  readonly voted: boolean;
}

/** What there is of the hints about a control. */
export interface KnownHints {
  /** Of all kinds, oldest first. */
  readonly versions: readonly Version[];
  /** Those of its forms but the first, of which none is to be served. */
  readonly ofOtherForms: readonly Version[];
  readonly decisions: ReadonlyMap<PublishedKind, Decision>;
}

interface DecisionRow extends TouchedElement {
  readonly hint_type: PublishedKind;
  readonly decision: 'pin' | 'veto';
  readonly version: number | null;
}

interface Loading {
  versions: Version[];
  ofOtherForms: Version[];
  decisions: Map<PublishedKind, Decision>;
}

/** By `keyOf` of each control. */
export async function loadVersions(tx: Tx, controls: readonly Forms[]): Promise<ReadonlyMap<string, KnownHints>> {
  const known = new Map<string, Loading>();
  const firstForms = new Map<string, string>();
  const forms: TouchedElement[] = [];
  for (const { project_id, elem_sig_id, members } of controls) {
    const key = keyOf({ project_id, elem_sig_id });
    known.set(key, { versions: [], ofOtherForms: [], decisions: new Map() });
    for (const member of members) {
      const form = { project_id, elem_sig_id: member.elem_sig_id };
      firstForms.set(keyOf(form), key);
      forms.push(form);
    }
  }
  const versions = await tx.query<Version>(
    `select h.project_id, h.elem_sig_id, h.hint_type, h.id, h.version, h.state, h.superseded_at is not null as superseded, h.hint_data,
       h.confidence::float8 as confidence, h.url_norm,
       coalesce((h.evidence ->> 'success_ct')::int + (h.evidence ->> 'error_ct')::int, 0) as told,
       h.hint_type = 'best_selector' and exists (
         select from hint_votes v where v.project_id = h.project_id and v.hint_id = h.id) as voted
     from unnest($1::uuid[], $2::bigint[]) as i(project_id, elem_sig_id)
     join hints h on h.project_id = i.project_id and h.elem_sig_id = i.elem_sig_id
     order by h.project_id, h.elem_sig_id, h.version`,
    keysOf(forms),
  );
  for (const version of versions) {
    const own = known.get(keyOf(version));
    if (own) own.versions.push(version);
    else known.get(firstForms.get(keyOf(version)) ?? '')?.ofOtherForms.push(version);
  }
  const decisions = await tx.query<DecisionRow>(
    `select d.project_id, d.elem_sig_id, d.hint_type, d.decision, d.version
     from unnest($1::uuid[], $2::bigint[]) as i(project_id, elem_sig_id)
     join hint_decisions d on d.project_id = i.project_id and d.elem_sig_id = i.elem_sig_id`,
    keysOf(controls),
  );
  for (const row of decisions) {
    const { decision, version } = row;
    if (decision === 'veto') known.get(keyOf(row))?.decisions.set(row.hint_type, { kind: 'veto' });
    else if (version !== null) known.get(keyOf(row))?.decisions.set(row.hint_type, { kind: 'pin', version });
  }
  return known;
}

import type { Tx } from '../../db/db.ts';
import type { SelectorEvidence } from '../../hints/choose_selector.ts';
import type { Votes } from '../../hints/release.ts';
import { type Ageing, votesOf } from '../../hints/votes_sql.ts';
import { keyOf } from './forms.ts';
import type { KnownHints } from './load_versions.ts';
import type { TouchedElement } from './touched.ts';

/** What pages reported of the selectors of a control. */
export interface Reported {
  /** Of each selector, in whatever version it was tried. */
  readonly reported: ReadonlyMap<string, Votes>;
  readonly selectors: ReadonlyMap<string, SelectorEvidence>;
}

export const NOTHING_REPORTED: Reported = { reported: new Map(), selectors: new Map() };

/** By `keyOf` of each control of which anything was reported, in whatever form. */
export async function loadReported(
  tx: Tx,
  controls: readonly TouchedElement[],
  known: ReadonlyMap<string, KnownHints>,
  ageing: Ageing,
): Promise<ReadonlyMap<string, Reported>> {
  const asked = controls.flatMap((control) => {
    const { versions = [], ofOtherForms = [] } = known.get(keyOf(control)) ?? {};
    const hint_ids = [...versions, ...ofOtherForms].flatMap(({ id, voted }) => (voted ? [id] : []));
    return hint_ids.length ? [{ key: keyOf(control), project_id: control.project_id, hint_ids }] : [];
  });
  if (asked.length === 0) return new Map();
  const rows = await tx.query<{ key: string; selector: string; votes: Votes }>(
    `select i.key, s.selector, ${votesOf(
      `select voter, day, key_no, sum(found_ct) > sum(missed_ct) as ok from hint_votes
       where project_id = i.project_id and hint_id = any(i.hint_ids) and selector = s.selector group by voter, day, key_no`,
      ageing,
    )} as votes
     from jsonb_to_recordset($1::jsonb) as i(key text, project_id uuid, hint_ids bigint[])
     cross join lateral (
       select distinct selector from hint_votes where project_id = i.project_id and hint_id = any(i.hint_ids)
     ) s`,
    [JSON.stringify(asked)],
  );
  const found = new Map<string, { reported: Map<string, Votes>; selectors: Map<string, SelectorEvidence> }>();
  for (const { key, selector, votes } of rows) {
    const of = found.get(key) ?? { reported: new Map(), selectors: new Map() };
    found.set(key, of);
    of.reported.set(selector, votes);
    of.selectors.set(selector, { found: votes.okWeight, missed: votes.badWeight });
  }
  return found;
}

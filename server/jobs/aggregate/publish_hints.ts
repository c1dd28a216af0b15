import type { HintState } from '../../../shared/protocol/schema.ts';
import type { HintPage } from '../../cache/hint_cache.ts';
import type { Tx } from '../../db/db.ts';
import { type BestSelector, bestSelector } from '../../hints/best_selector.ts';
import type { TouchedElement } from './fold_calls.ts';
import { type LoadedGroup, loadGroups } from './load_groups.ts';
import { sameJson } from './same_json.ts';

interface CurrentHint {
  readonly project_id: string;
  readonly elem_sig_id: string;
  readonly id: string;
  readonly version: number;
  readonly state: HintState;
  readonly url_norm: string;
  /** An older version than this may be superseded by a newer one, this only by the hint of another form of its control. */
  readonly superseded: boolean;
  readonly hint_data: BestSelector['data'];
}

export interface Published {
  /** New versions. */
  readonly written: number;
  /** Versions that only got newer evidence. */
  readonly refreshed: number;
  /** Where they are served, each once. */
  readonly pages: readonly HintPage[];
}

/** Brings the best_selector hints of elements up to their evidence. A version is new when what it tells changes. */
export async function publishHints(
  tx: Tx,
  touched: readonly TouchedElement[],
  minSuccesses: number,
): Promise<Published> {
  const groups = await loadGroups(tx, touched);
  const current = await loadCurrent(tx, groups);
  const writes = [];
  const refreshes = [];
  for (const group of groups) {
    const best = bestSelector(group);
    if (!best) continue;
    const earned: HintState = best.evidence.success_ct >= minSuccesses ? 'active' : 'candidate';
    const before = current.get(keyOf(group));
    const served = before && !before.superseded && before.url_norm === group.url_norm;
    if (served && sameAdvice(before.hint_data, best.data)) {
      const state = before.state === 'candidate' ? earned : before.state;
      refreshes.push({ ...best, project_id: group.project_id, id: before.id, state });
    } else {
      const { project_id, page_sig_id, elem_sig_id, url_norm } = group;
      const version = (before?.version ?? 0) + 1;
      writes.push({ ...best, project_id, page_sig_id, elem_sig_id, url_norm, version, state: earned });
    }
  }
  if (refreshes.length) await refresh(tx, refreshes);
  if (writes.length) await write(tx, writes);
  if (refreshes.length || writes.length) await supersede(tx, groups);
  return { written: writes.length, refreshed: refreshes.length, pages: pagesOf(groups) };
}

function pagesOf(groups: readonly LoadedGroup[]): HintPage[] {
  const pages = groups.map(({ project_id, url_norm }) => ({ projectId: project_id, urlNorm: url_norm }));
  return [...new Map(pages.map((page) => [`${page.projectId} ${page.urlNorm}`, page])).values()];
}

const keyOf = (row: { project_id: string; elem_sig_id: string }): string => `${row.project_id} ${row.elem_sig_id}`;

/** Which tools were used is evidence, not advice. */
const sameAdvice = ({ tools: _, ...a }: BestSelector['data'], { tools: __, ...b }: BestSelector['data']): boolean =>
  sameJson(a, b);

async function loadCurrent(tx: Tx, groups: readonly LoadedGroup[]): Promise<Map<string, CurrentHint>> {
  const rows = await tx.query<CurrentHint>(
    `select distinct on (h.project_id, h.elem_sig_id) h.project_id, h.elem_sig_id, h.id, h.version, h.state, h.url_norm,
       h.superseded_at is not null as superseded, h.hint_data
     from jsonb_to_recordset($1::jsonb) as i(project_id uuid, elem_sig_id bigint)
     join hints h on h.project_id = i.project_id and h.elem_sig_id = i.elem_sig_id and h.hint_type = 'best_selector'
     order by h.project_id, h.elem_sig_id, h.version desc`,
    [keysOf(groups)],
  );
  return new Map(rows.map((row) => [keyOf(row), row]));
}

async function refresh(tx: Tx, rows: readonly object[]): Promise<void> {
  await tx.query(
    `update hints h set hint_data = i.data, confidence = i.confidence, evidence = i.evidence, state = i.state,
       last_calculated_at = now()
     from jsonb_to_recordset($1::jsonb) as i(
       project_id uuid, id bigint, data jsonb, confidence numeric, evidence jsonb, state text)
     where h.project_id = i.project_id and h.id = i.id`,
    [JSON.stringify(rows)],
  );
}

async function write(tx: Tx, rows: readonly object[]): Promise<void> {
  await tx.query(
    `insert into hints (project_id, page_sig_id, elem_sig_id, url_norm, hint_type, hint_data, confidence, version, state,
       evidence)
     select project_id, page_sig_id, elem_sig_id, url_norm, 'best_selector', data, confidence, version, state, evidence
     from jsonb_to_recordset($1::jsonb) as i(
       project_id uuid, page_sig_id bigint, elem_sig_id bigint, url_norm text, data jsonb, confidence numeric,
       version int, state text, evidence jsonb)`,
    [JSON.stringify(rows)],
  );
}

/** Of the active versions of one hint only the newest is served; of the forms of one control only the hint of the first. */
async function supersede(tx: Tx, groups: readonly LoadedGroup[]): Promise<void> {
  await tx.query(
    `update hints h set superseded_at = now()
     from jsonb_to_recordset($1::jsonb) as i(project_id uuid, elem_sig_id bigint)
     where h.project_id = i.project_id and h.elem_sig_id = i.elem_sig_id and h.hint_type = 'best_selector'
       and h.superseded_at is null and exists (
         select from hints n
         where n.project_id = h.project_id and n.elem_sig_id = h.elem_sig_id and n.hint_type = h.hint_type
           and n.state = 'active' and n.version > h.version)`,
    [keysOf(groups)],
  );
  const others = groups.flatMap(({ project_id, elem_sig_id, members }) =>
    members.filter((member) => member.elem_sig_id !== elem_sig_id).map((member) => ({ ...member, project_id })),
  );
  if (others.length === 0) return;
  await tx.query(
    `update hints h set superseded_at = now()
     from jsonb_to_recordset($1::jsonb) as i(project_id uuid, elem_sig_id bigint)
     where h.project_id = i.project_id and h.elem_sig_id = i.elem_sig_id and h.hint_type = 'best_selector'
       and h.superseded_at is null`,
    [keysOf(others)],
  );
}

const keysOf = (groups: readonly { readonly project_id: string; readonly elem_sig_id: string }[]): string =>
  JSON.stringify(groups.map(({ project_id, elem_sig_id }) => ({ project_id, elem_sig_id })));

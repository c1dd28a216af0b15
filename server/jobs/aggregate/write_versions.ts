import type { Tx } from '../../db/db.ts';
import { keyOf } from './forms.ts';
import type { LoadedGroup } from './load_groups.ts';
import type { KnownHints } from './load_versions.ts';
import type { NewVersion, Refresh } from './plan_versions.ts';
import type { ChangeOf } from './release_hints.ts';

export async function refresh(tx: Tx, rows: readonly Refresh[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.query(
    `update hints h set hint_data = coalesce(i.data, h.hint_data), confidence = i.confidence, evidence = i.evidence, last_calculated_at = now()
     from jsonb_to_recordset($1::jsonb) as i(
       project_id uuid, id bigint, data jsonb, confidence numeric, evidence jsonb)
     where h.project_id = i.project_id and h.id = i.id`,
    [JSON.stringify(rows)],
  );
}

/** Writes new versions as they are after `changes`; answers the ids of what stands in for them. */
export async function write(
  tx: Tx,
  rows: readonly NewVersion[],
  changes: readonly ChangeOf[],
): Promise<ReadonlyMap<string, string>> {
  if (rows.length === 0) return new Map();
  const ends = new Map(changes.map((change) => [change.id, change]));
  const written = await tx.query<Pick<NewVersion, 'project_id' | 'elem_sig_id' | 'hint_type' | 'version' | 'id'>>(
    `insert into hints (project_id, page_sig_id, elem_sig_id, url_norm, hint_type, hint_data, confidence, version, state, superseded_at,
       evidence)
     select project_id, page_sig_id, elem_sig_id, url_norm, hint_type, data, confidence, version, state,
       case when superseded then now() end, evidence
     from jsonb_to_recordset($1::jsonb) as i(
       project_id uuid, page_sig_id bigint, elem_sig_id bigint, url_norm text, hint_type text, data jsonb, confidence numeric,
       version int, state text, superseded boolean, evidence jsonb)
     returning project_id, elem_sig_id, hint_type, version, id`,
    [
      JSON.stringify(
        rows.map(({ id, ...row }) => ({
          ...row,
          state: ends.get(id)?.to ?? 'candidate',
          superseded: ends.get(id)?.superseded ?? false,
        })),
      ),
    ],
  );
  const nameOf = (row: Omit<(typeof written)[number], 'id'>) => `${keyOf(row)} ${row.hint_type} ${row.version}`;
  const ids = new Map(written.map((row) => [nameOf(row), row.id]));
  return new Map(rows.map((row) => [row.id, ids.get(nameOf(row)) ?? '']));
}

/** The hints of a page that is known by a template since, or no longer, are served where it is. */
export async function moveTo(
  tx: Tx,
  groups: readonly LoadedGroup[],
  known: ReadonlyMap<string, KnownHints>,
): Promise<void> {
  const moved = groups.filter((group) =>
    known.get(keyOf(group))?.versions.some(({ url_norm }) => url_norm !== group.url_norm),
  );
  if (moved.length === 0) return;
  await tx.query(
    `update hints h set url_norm = i.url_norm
     from jsonb_to_recordset($1::jsonb) as i(project_id uuid, elem_sig_id bigint, url_norm text)
     where h.project_id = i.project_id and h.elem_sig_id = i.elem_sig_id
       and h.url_norm <> i.url_norm`,
    [JSON.stringify(moved.map(({ project_id, elem_sig_id, url_norm }) => ({ project_id, elem_sig_id, url_norm })))],
  );
}

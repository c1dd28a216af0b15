import type { Tx } from '../../db/db.ts';
import { controlKey } from '../../recipes/keys.ts';
import type { Releasing } from '../aggregate/publish_hints.ts';
import type { Chunk } from '../aggregate/watermark.ts';
import { byProject } from '../by_project.ts';
import type { TouchedRecipe } from './fold_reports.ts';
import { readForms } from './read_calls.ts';

interface Control {
  readonly project_id: string;
  readonly page_key: string;
  readonly selector_norm: string;
  readonly attr_fingerprint_hash: string;
}

/** The recipes with a control whose hints changed: another selector, another class of operation. */
export async function ofChangedHints(tx: Tx, { after, upTo }: Chunk): Promise<TouchedRecipe[]> {
  const controls = await tx.query<Control>(
    `select distinct h.project_id, h.url_norm as page_key, e.selector_norm, e.attr_fingerprint_hash
     from hint_changes c
     join hints h on h.project_id = c.project_id and h.id = c.hint_id
     join element_signatures e on e.project_id = h.project_id and e.elem_sig_id = h.elem_sig_id
     where c.ingested_xid > $1::xid8 and c.ingested_xid <= $2::xid8`,
    [after, upTo],
  );
  return ofControls(tx, controls);
}

/** The recipes with a control that was joined with another form. */
export async function ofJoins(tx: Tx, { after, upTo }: Chunk): Promise<TouchedRecipe[]> {
  const controls = await tx.query<Control>(
    `select j.project_id, j.page_key, f.selector_norm, f.attr_fingerprint_hash
     from element_joins j cross join lateral (
       values (from_selector, from_fingerprint), (to_selector, to_fingerprint)) as f(selector_norm, attr_fingerprint_hash)
     where j.ingested_xid > $1::xid8 and j.ingested_xid <= $2::xid8`,
    [after, upTo],
  );
  return ofControls(tx, controls);
}

/** By any of their forms: a recipe has the key of the one that was first when it was keyed. */
async function ofControls(tx: Tx, controls: readonly Control[]): Promise<TouchedRecipe[]> {
  const touched: TouchedRecipe[] = [];
  for (const [projectId, own] of byProject(controls)) {
    const forms = await readForms(
      tx,
      projectId,
      own.map(({ page_key }) => page_key),
    );
    const keys = own.flatMap((control) =>
      forms.all(control.page_key, control).map((form) => controlKey(control.page_key, form)),
    );
    touched.push(
      ...(await tx.query<TouchedRecipe>(
        `select project_id, recipe_id::text from recipes
         where project_id = $1 and control_keys && $2::text[] and key is not null`,
        [projectId, [...new Set(keys)]],
      )),
    );
  }
  return touched;
}

const CHUNK = 100;

/** The next recipes after one whose hints are about what nobody did for as long as hints are kept. */
export const ofAge = (tx: Tx, after: string, { policy, now }: Releasing): Promise<TouchedRecipe[]> =>
  policy.decayDays === 0
    ? Promise.resolve([])
    : tx.query<TouchedRecipe>(
        `select r.project_id, r.recipe_id::text from recipes r
         where r.recipe_id > $1 and r.last_success_at < $2::timestamptz - make_interval(days => $3)
           and exists (
             select from hints h where h.project_id = r.project_id and h.recipe_id = r.recipe_id
               and h.superseded_at is null and h.state <> 'quarantined')
           and not exists (select from hint_decisions d where d.project_id = r.project_id and d.recipe_id = r.recipe_id)
         order by r.recipe_id limit ${CHUNK}`,
        [after, now, policy.decayDays],
      );

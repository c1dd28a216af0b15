import type {
  BestSelectorData,
  Hint,
  HintState,
  RecipeData,
  SafeOpsData,
  WaitConditionData,
} from '../../../shared/protocol/schema.ts';
import { textArray } from '../../db/array.ts';
import type { Tx } from '../../db/db.ts';
import type { Votes } from '../../hints/release.ts';
import type { Sketch } from '../../hints/sketch.ts';
import { type Ageing, versionVotes, votesOf } from '../../hints/votes_sql.ts';
import type { FormsOfPages } from '../../recipes/forms.ts';
import type { Form, StepDetails } from '../../recipes/keys.ts';
import type { KnownStep, Served } from '../../recipes/recipe.ts';
import { oldestDay, sendersOf } from '../aggregate/fold_senders.ts';
import { readForms } from './read_calls.ts';
import { IS_HELD } from './worth_telling.ts';

export interface Version {
  readonly id: string;
  readonly version: number;
  readonly state: HintState;
  readonly superseded: boolean;
  readonly data: RecipeData;
  readonly blob_path: string | null;
  readonly votes: Votes;
}

interface StoredStep extends StepDetails {
  readonly page_key: string | null;
  readonly form: (Form & { readonly role: string | null }) | null;
  /** The control was known once: without a form it is erased. */
  readonly of_control: boolean;
}

interface Row {
  readonly recipe_id: string;
  readonly key: string | null;
  readonly page_sig_id: string;
  readonly run_ct: number;
  readonly last_success_at: Date | null;
  readonly text_key: string;
  readonly instances: number;
  readonly senders: number;
  readonly decision: 'pin' | 'veto' | null;
  readonly pinned: number | null;
  /** A longer one is served to all. */
  readonly held: boolean;
  readonly votes: Votes;
  readonly steps: readonly StoredStep[];
  readonly scrolls: readonly (readonly [place: number, bucket: number, count: number])[];
  readonly versions: readonly Version[];
}

export interface LoadedRecipe extends Omit<Row, 'steps' | 'scrolls'> {
  readonly project_id: string;
  /** Where it is told: the page of its first step. */
  readonly page_key: string;
  /** Undefined where a page or a control is not known any more. */
  readonly steps: readonly KnownStep[] | undefined;
}

/** Recipes of a project with all their evidence. */
export async function loadRecipes(
  tx: Tx,
  projectId: string,
  recipeIds: readonly string[],
  ageing: Ageing,
): Promise<LoadedRecipe[]> {
  if (recipeIds.length === 0) return [];
  const rows = await readRows(tx, projectId, recipeIds, ageing);
  const steps = rows.flatMap((row) => row.steps);
  const forms = await readForms(
    tx,
    projectId,
    steps.flatMap(({ page_key }) => page_key ?? []),
  );
  const served = await readServed(tx, projectId, forms, steps);
  return rows.map(({ steps, scrolls, ...row }) => ({
    ...row,
    project_id: projectId,
    page_key: steps[0]?.page_key ?? '',
    steps: steps.some(({ page_key, form, of_control }) => page_key === null || (of_control && !form))
      ? undefined
      : steps.map((step, place) => ({
          ...withHints(step, served, forms),
          down: sketchOf(scrolls, place, 1),
          up: sketchOf(scrolls, place, -1),
        })),
  }));
}

const sketchOf = (scrolls: Row['scrolls'], at: number, sign: 1 | -1): Sketch =>
  new Map(
    scrolls.flatMap(([place, bucket, count]) =>
      place === at && Math.sign(bucket) === sign ? [[Math.abs(bucket) - 1, count] satisfies [number, number]] : [],
    ),
  );

const readRows = (tx: Tx, projectId: string, recipeIds: readonly string[], ageing: Ageing): Promise<Row[]> =>
  tx.query<Row>(
    `select r.recipe_id::text, r.key, r.page_sig_ids[1]::text as page_sig_id, r.run_ct, r.last_success_at, p.text_key,
       (select count(*)::int from (select from instances i where i.project_id = $1 limit 2) two) as instances,
       (${sendersOf('$1', '$3')}) as senders,
       d.decision, d.version as pinned, ${IS_HELD} as held,
       ${votesOf(
         `
         select voter, day, key_no, ok_ct > bad_ct as ok from recipe_votes
         where project_id = r.project_id and recipe_id = r.recipe_id`,
         ageing,
       )} as votes,
       (select jsonb_agg(r.details -> (s.n::int - 1) || jsonb_build_object('page_key', coalesce(g.page_key, g.url_norm),
          'of_control', s.elem is not null, 'form', case when e.elem_sig_id is not null then jsonb_build_object(
            'selector_norm', e.selector_norm, 'attr_fingerprint_hash', e.attr_fingerprint_hash, 'role', e.role) end) order by s.n)
        from unnest(r.page_sig_ids, r.elem_sig_ids) with ordinality as s(page, elem, n)
        left join page_signatures g on g.project_id = $1 and g.page_sig_id = s.page
        left join element_signatures e on e.project_id = $1 and e.elem_sig_id = s.elem) as steps,
       coalesce((
         select jsonb_agg(jsonb_build_array(place, bucket, scroll_ct)) from recipe_scrolls
         where project_id = r.project_id and recipe_id = r.recipe_id), '[]') as scrolls,
       coalesce((
         select jsonb_agg(jsonb_build_object('id', h.id::text, 'version', h.version, 'state', h.state, 'superseded',
           h.superseded_at is not null, 'data', h.hint_data, 'blob_path', h.hint_blob_path,
           'votes', ${versionVotes(`'{}'::bigint[]`, ageing)}) order by h.version)
         from hints h where h.project_id = r.project_id and h.recipe_id = r.recipe_id), '[]') as versions
     from recipes r
     join projects p on p.project_id = r.project_id
     left join hint_decisions d on d.project_id = r.project_id and d.recipe_id = r.recipe_id
     where r.project_id = $1 and r.recipe_id = any($2::bigint[])
     order by r.recipe_id`,
    [projectId, recipeIds, oldestDay(ageing.policy, ageing.now)],
  );

type ServedHint = Form & {
  readonly hint_id: string;
  readonly hint_type: Exclude<Hint['hint_type'], 'recipe'>;
  readonly url_norm: string;
  readonly data: unknown;
};

/** What is served to all about the controls of steps, in whatever form. */
async function readServed(
  tx: Tx,
  projectId: string,
  forms: FormsOfPages,
  steps: readonly StoredStep[],
): Promise<ReadonlyMap<string, ServedHint>> {
  const wanted = steps.flatMap(({ page_key, form }) =>
    page_key !== null && form ? forms.all(page_key, form).map((each) => ({ ...each, page_key })) : [],
  );
  const hints = await tx.query<ServedHint>(
    `select h.id::text as hint_id, h.hint_type, h.url_norm, h.hint_data as data, e.selector_norm, e.attr_fingerprint_hash
     from (select distinct * from unnest($2::text[], $3::text[], $4::text[]) as w(page_key, selector_norm, fingerprint)) w
     join element_signatures e on e.project_id = $1 and e.selector_norm = w.selector_norm
       and e.attr_fingerprint_hash = w.fingerprint
     join hints h on h.project_id = $1 and h.elem_sig_id = e.elem_sig_id and h.url_norm = w.page_key
       and h.state = 'active' and h.superseded_at is null
     order by h.id`,
    [
      projectId,
      textArray(wanted.map(({ page_key }) => page_key)),
      textArray(wanted.map(({ selector_norm }) => selector_norm)),
      textArray(wanted.map(({ attr_fingerprint_hash }) => attr_fingerprint_hash)),
    ],
  );
  return new Map(hints.map((hint) => [keyOf(hint.hint_type, hint.url_norm, forms.first(hint.url_norm, hint)), hint]));
}

const keyOf = (hintType: string, pageKey: string, { selector_norm, attr_fingerprint_hash }: Form): string =>
  JSON.stringify([hintType, pageKey, selector_norm, attr_fingerprint_hash]);

function withHints(
  { page_key, of_control: _, ...step }: StoredStep,
  served: ReadonlyMap<string, ServedHint>,
  forms: FormsOfPages,
): Omit<KnownStep, 'down' | 'up'> {
  const page = page_key ?? '';
  const of = <Data>(hintType: ServedHint['hint_type']): Served<Data> | undefined => {
    const hint = step.form ? served.get(keyOf(hintType, page, forms.first(page, step.form))) : undefined;
    return hint && { hint_id: hint.hint_id, data: hint.data as Data };
  };
  return {
    ...step,
    page_key: page,
    selector: of<BestSelectorData>('best_selector'),
    wait: of<WaitConditionData>('wait_condition'),
    op: of<SafeOpsData>('safe_ops'),
  };
}

import type { Hint, HintState, RecipeData } from '../../../shared/protocol/schema.ts';
import type { HintPage } from '../../cache/hint_cache.ts';
import type { Tx } from '../../db/db.ts';
import { byMany } from '../../hints/balance.ts';
import { isOld } from '../../hints/decide.ts';
import type { Votes } from '../../hints/release.ts';
import { wilsonLowerBound } from '../../hints/wilson.ts';
import { MAX_PAGE_RECIPES } from '../../recipes/limits.ts';
import { recipeOf } from '../../recipes/recipe.ts';
import { sameRecipe } from '../../recipes/same_recipe.ts';
import { shorten } from '../../recipes/shorten.ts';
import type { StoredBlobs } from '../../storage/stored_blobs.ts';
import type { Published, Releasing } from '../aggregate/publish_hints.ts';
import { applyChanges, type Cause, created } from '../aggregate/release_hints.ts';
import { type LoadedRecipe, loadRecipes, type Version } from './load_recipes.ts';
import { releaseRecipes } from './release_recipes.ts';
import { writeWhole } from './write_whole.ts';

/** Brings the hints of recipes of a project up to their evidence. A version is new when what it tells changes. */
export async function publishRecipes(
  tx: Tx,
  projectId: string,
  recipeIds: readonly string[],
  { policy, now }: Releasing,
  cause: Cause,
  storage: StoredBlobs | undefined,
): Promise<Published> {
  const recipes = await loadRecipes(tx, projectId, recipeIds, { policy, now });
  const room = await roomOnPages(tx, projectId, recipes);
  const writes: Write[] = [];
  const refreshes: Refresh[] = [];
  for (const recipe of recipes) {
    if (recipe.key === null || recipe.held || isOld(recipe.last_success_at ?? undefined, policy, now)) continue;
    const whole = recipe.steps && recipeOf(recipe.recipe_id, recipe.steps, recipe.text_key);
    const data = whole && shorten(whole);
    if (!data) continue;
    const told = { data, ...evidenceOf(recipe) };
    const same = recipe.versions.findLast((each) => !each.superseded && sameRecipe(each.data, data));
    const blobOf = (version: number) => writeWhole(storage, projectId, version, whole, data);
    if (same) {
      const blob_path = same.blob_path ?? (await blobOf(same.version));
      refreshes.push({ ...told, id: same.id, blob_path });
    } else {
      if (recipe.versions.length === 0) {
        const left = room.get(recipe.page_key) ?? MAX_PAGE_RECIPES;
        // One instance would fill a page alone.
        if (left <= 0 || byMany(recipe.votes, recipe.instances).ok === 0) continue;
        room.set(recipe.page_key, left - 1);
      }
      const version = (recipe.versions.at(-1)?.version ?? 0) + 1;
      const { recipe_id, page_sig_id, page_key: url_norm } = recipe;
      writes.push({ ...told, recipe_id, page_sig_id, url_norm, version, blob_path: await blobOf(version) });
    }
  }
  if (refreshes.length) await refresh(tx, projectId, refreshes);
  if (writes.length) await write(tx, projectId, writes, cause);
  const pages = new Set([...recipes.map(({ page_key }) => page_key), ...(await moveTo(tx, projectId, recipes))]);
  const withdrawn = recipes.flatMap((recipe) =>
    isOld(recipe.last_success_at ?? undefined, policy, now) ? [] : withdrawals(recipe, writes, refreshes),
  );
  await applyChanges(tx, withdrawn, cause);
  const released = await releaseRecipes(tx, projectId, recipes, { policy, now }, cause);
  return {
    written: writes.length,
    refreshed: refreshes.length,
    released: released + withdrawn.length,
    pages: [...pages].map((urlNorm): HintPage => ({ projectId, urlNorm })),
  };
}

interface Told {
  readonly data: RecipeData;
  readonly confidence: number;
  readonly evidence: Hint['evidence'];
  readonly blob_path: string | null;
}
interface Write extends Told {
  readonly recipe_id: string;
  readonly page_sig_id: string;
  readonly url_norm: string;
  readonly version: number;
}
interface Refresh extends Told {
  readonly id: string;
}

function evidenceOf({ votes, run_ct, last_success_at }: LoadedRecipe): Pick<Told, 'confidence' | 'evidence'> {
  const { ok, bad }: Votes = votes;
  return {
    confidence: wilsonLowerBound(ok, ok + bad),
    evidence: {
      success_ct: ok,
      error_ct: bad,
      runs: run_ct,
      avg_latency_ms: null,
      last_success_at: last_success_at?.toISOString() ?? null,
    },
  };
}

/**
 * What is told no more: of a recipe that is one with another, that stands in a longer one which is served to all, or of which a step
 * cannot be verified any more; and versions that were still tried when a newer one came.
 */
function withdrawals(recipe: LoadedRecipe, writes: readonly Write[], refreshes: readonly Refresh[]) {
  const { project_id, recipe_id, key, held, versions, decision } = recipe;
  const live = versions.filter((each) => !each.superseded && each.state !== 'quarantined');
  const told = refreshes.some(({ id }) => versions.some((each) => each.id === id));
  const renewed = writes.some((each) => each.recipe_id === recipe_id);
  const superseded = (each: Version, reason: 'joined' | 'held' | 'step_withdrawn' | 'replaced') => ({
    project_id,
    id: each.id,
    from: each.state,
    to: each.state,
    superseded: true,
    reason,
    detail: {},
  });
  if (key === null) return live.map((each) => superseded(each, 'joined'));
  if (decision) return [];
  if (held) return live.map((each) => superseded(each, 'held'));
  if (renewed) return live.filter(({ state }) => state !== 'active').map((each) => superseded(each, 'replaced'));
  return told || recipe.steps?.every(({ form, selector }) => !form || selector)
    ? []
    : live.map((each) => superseded(each, 'step_withdrawn'));
}

/** How many more recipes may be told of each page. */
async function roomOnPages(tx: Tx, projectId: string, recipes: readonly LoadedRecipe[]): Promise<Map<string, number>> {
  const rows = await tx.query<{ url_norm: string; recipes: number }>(
    `select h.url_norm, count(distinct h.recipe_id)::int as recipes from hints h
     where h.project_id = $1 and h.recipe_id is not null and h.superseded_at is null and h.state <> 'quarantined'
       and h.url_norm = any($2::text[])
     group by h.url_norm`,
    [projectId, [...new Set(recipes.map(({ page_key }) => page_key))]],
  );
  return new Map(rows.map(({ url_norm, recipes: told }) => [url_norm, MAX_PAGE_RECIPES - told]));
}

async function refresh(tx: Tx, projectId: string, rows: readonly Refresh[]): Promise<void> {
  await tx.query(
    `update hints h set hint_data = i.data, confidence = i.confidence, evidence = i.evidence,
       hint_blob_path = coalesce(i.blob_path, h.hint_blob_path), last_calculated_at = now()
     from jsonb_to_recordset($2::jsonb) as i(id bigint, data jsonb, confidence numeric, evidence jsonb, blob_path text)
     where h.project_id = $1 and h.id = i.id`,
    [projectId, JSON.stringify(rows)],
  );
}

async function write(tx: Tx, projectId: string, rows: readonly Write[], cause: Cause): Promise<void> {
  const written = await tx.query<{ id: string; state: HintState }>(
    `insert into hints (project_id, page_sig_id, recipe_id, url_norm, hint_type, hint_data, confidence, version, state,
       evidence, hint_blob_path)
     select $1, page_sig_id, recipe_id, url_norm, 'recipe', data, confidence, version, 'candidate', evidence, blob_path
     from jsonb_to_recordset($2::jsonb) as i(page_sig_id bigint, recipe_id bigint, url_norm text, data jsonb,
       confidence numeric, version int, evidence jsonb, blob_path text)
     returning id, state`,
    [projectId, JSON.stringify(rows)],
  );
  await applyChanges(
    tx,
    written.map(({ id, state }) => created(projectId, id, state)),
    cause,
  );
}

/** The hints of a page that is known by a template since, or no longer, are served where it is; answers where they were. */
async function moveTo(tx: Tx, projectId: string, recipes: readonly LoadedRecipe[]): Promise<string[]> {
  const rows = await tx.query<{ url_norm: string }>(
    `with moved as (
       select h.id, h.url_norm as was, i.page_key from hints h
       join jsonb_to_recordset($2::jsonb) as i(recipe_id bigint, page_key text) on i.recipe_id = h.recipe_id
       where h.project_id = $1 and h.url_norm <> i.page_key
     ), written as (
       update hints h set url_norm = m.page_key from moved m where h.project_id = $1 and h.id = m.id
     )
     select distinct was as url_norm from moved`,
    [
      projectId,
      JSON.stringify(recipes.flatMap(({ recipe_id, page_key }) => (page_key === '' ? [] : [{ recipe_id, page_key }]))),
    ],
  );
  return rows.map(({ url_norm }) => url_norm);
}

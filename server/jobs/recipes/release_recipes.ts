import type { Tx } from '../../db/db.ts';
import { byMany, keysThatTold } from '../../hints/balance.ts';
import { type Decision, NO_VOTES } from '../../hints/release.ts';
import type { Releasing } from '../aggregate/publish_hints.ts';
import { applyChanges, type Cause, decideAll } from '../aggregate/release_hints.ts';
import { type LoadedRecipe, loadRecipes } from './load_recipes.ts';

/** Brings the states of recipes up to their evidence and what operators decided; answers how many changed. */
export async function releaseRecipes(
  tx: Tx,
  projectId: string,
  recipes: readonly LoadedRecipe[],
  { policy, now }: Releasing,
  cause: Cause,
): Promise<number> {
  const ids = recipes.map(({ recipe_id }) => recipe_id);
  // As they are now, with what was just written.
  const changes = (await loadRecipes(tx, projectId, ids, { policy, now })).flatMap((recipe) => {
    const facts = {
      versions: recipe.versions,
      recorded: NO_VOTES,
      choice: byMany(recipe.versions.at(-1)?.votes ?? NO_VOTES, recipe.instances),
      instances: recipe.instances,
      keys: keysThatTold([recipe.votes, ...recipe.versions.map(({ votes }) => votes)]),
      senders: recipe.senders,
      lastSuccessAt: recipe.last_success_at ?? undefined,
      decision: decisionOf(recipe),
    };
    return decideAll(facts, policy, now).map((change) => ({ ...change, project_id: projectId }));
  });
  await applyChanges(tx, changes, cause);
  return changes.length;
}

function decisionOf({ decision, pinned }: LoadedRecipe): Decision | undefined {
  if (decision === 'veto') return { kind: 'veto' };
  return decision === 'pin' && pinned !== null ? { kind: 'pin', version: pinned } : undefined;
}

import type { Tx } from '../../db/db.ts';
import { keysThatTold } from '../../hints/balance.ts';
import { type Decision, NO_VOTES, type Votes } from '../../hints/release.ts';
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
      lastSuccessAt: recipe.last_success_at ?? undefined,
      decision: decisionOf(recipe),
    };
    return decideAll(facts, policy, now).map((change) => ({ ...change, project_id: projectId }));
  });
  await applyChanges(tx, changes, cause);
  return changes.length;
}

/** Nobody makes a recipe alone, where there is somebody else: also a first version needs others. */
export const byMany = (votes: Votes, instances: number): Votes =>
  instances < 2 ? votes : { ...votes, ok: Math.min(votes.ok, 2 * votes.okOthers) };

function decisionOf({ decision, pinned }: LoadedRecipe): Decision | undefined {
  if (decision === 'veto') return { kind: 'veto' };
  return decision === 'pin' && pinned !== null ? { kind: 'pin', version: pinned } : undefined;
}

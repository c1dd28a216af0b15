import {
  type BestSelectorData,
  OP_CLASSES,
  type SafeOpsData,
  type WaitConditionData,
} from '../../../shared/protocol/schema.ts';
import type { Tx } from '../../db/db.ts';
import { byMany, keysThatTold } from '../../hints/balance.ts';
import { countVotes, weigher } from '../../hints/count_votes.ts';
import { type LineageFacts, NO_VOTES, type VersionFacts, type Votes } from '../../hints/release.ts';
import { versionVotes } from '../../hints/votes_sql.ts';
import type { ProjectFacts } from './load_projects.ts';
import type { Use } from './load_uses.ts';
import type { Lineage, Planned } from './plan_versions.ts';
import type { Releasing } from './publish_hints.ts';
import { type ChangeOf, decideAll } from './release_hints.ts';

/** What must change so that hints are served as their evidence and their operators say. */
export async function decideReleases(
  tx: Tx,
  lineages: readonly Lineage[],
  projects: ReadonlyMap<string, ProjectFacts>,
  releasing: Releasing,
): Promise<ChangeOf[]> {
  const { policy, now } = releasing;
  const weightAt = weigher(releasing);
  const asked = await askVotes(tx, lineages, releasing);
  return lineages.flatMap(({ group, uses, hint_type, versions, decision }) => {
    const { project_id } = group;
    const votesOf = (one: Planned): Votes =>
      asked.get(one.id) ?? (uses?.told ? votesOfUses(uses.told, hint_type, one, weightAt) : NO_VOTES);
    const facts = versions.map((one): VersionFacts => ({ ...one, votes: votesOf(one) }));
    const { instances = 0, senders = 0 } = projects.get(project_id) ?? {};
    const evidence = evidenceFor({ group, hint_type, versions }, facts, instances);
    const all: LineageFacts = {
      versions: facts,
      ...evidence,
      instances,
      keys: keysThatTold([group.recorded, ...group.reported.values(), ...facts.map(({ votes }) => votes)]),
      senders,
      lastSuccessAt: group.last_success_at,
      decision,
    };
    return decideAll(all, policy, now).map((change) => ({ ...change, project_id }));
  });
}

/**
 * A selector is judged by uses of its control and by reports; what else is told by how well it fits the uses, each counted once. That a
 * control is harmless nobody tells alone.
 */
function evidenceFor(
  { group, hint_type, versions }: Pick<Lineage, 'group' | 'hint_type' | 'versions'>,
  facts: readonly VersionFacts[],
  instances: number,
): Pick<LineageFacts, 'recorded' | 'choice'> {
  const votes = facts.at(-1)?.votes ?? NO_VOTES;
  if (hint_type === 'wait_condition') return { recorded: NO_VOTES, choice: votes };
  if (hint_type === 'safe_ops') {
    const { class: told } = versions.at(-1)!.hint_data as SafeOpsData;
    const harmless = told === 'read_only' || told === 'reversible';
    return { recorded: NO_VOTES, choice: harmless ? byMany(votes, instances) : votes };
  }
  const newest = versions.at(-1)?.hint_data as BestSelectorData | undefined;
  return { recorded: group.recorded, choice: group.reported.get(newest?.selector ?? '') ?? NO_VOTES };
}

/** Votes of uses of a control, by whether what a version tells was right for each. */
function votesOfUses(
  uses: readonly Use[],
  hint_type: Lineage['hint_type'],
  { hint_data }: Planned,
  weightAt: (age: number) => number,
): Votes {
  if (hint_type === 'best_selector') return NO_VOTES;
  if (hint_type === 'safe_ops') {
    const rank = OP_CLASSES.indexOf((hint_data as SafeOpsData).class) + 1;
    return countVotes(uses, ({ worst }) => worst <= rank, weightAt);
  }
  const { timeout_ms } = hint_data as WaitConditionData;
  const waited = uses.filter(({ longest_wait }) => longest_wait !== null);
  return countVotes(waited, ({ longest_wait }) => (longest_wait ?? 0) <= timeout_ms, weightAt);
}

/** Votes on versions, by their ids, that are counted in the database: what pages reported, and uses that were too many to be read. */
async function askVotes(
  tx: Tx,
  lineages: readonly Lineage[],
  releasing: Releasing,
): Promise<ReadonlyMap<string, Votes>> {
  const asked = lineages.flatMap(({ group: { project_id, members }, uses, hint_type, versions }) => {
    const many = uses !== undefined && uses.told === undefined;
    return versions
      .filter(({ voted }) => (hint_type === 'best_selector' ? voted : many))
      .map(({ id, version, hint_data }) => ({
        name: id,
        project_id,
        // Nothing was reported of what is not written yet.
        id: id.startsWith('new') ? null : id,
        version,
        hint_type,
        hint_data,
        members: members.map((member) => member.elem_sig_id),
      }));
  });
  if (asked.length === 0) return new Map();
  const rows = await tx.query<{ name: string; votes: Votes }>(
    `select h.name, ${versionVotes('h.members', releasing)} as votes
     from jsonb_to_recordset($1::jsonb) as h(name text, project_id uuid, id bigint, recipe_id bigint, version int, created_at timestamptz,
       hint_type text, hint_data jsonb, members bigint[])`,
    [JSON.stringify(asked)],
  );
  return new Map(rows.map(({ name, votes }) => [name, votes]));
}

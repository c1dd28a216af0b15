import type { HintState } from '../../../shared/protocol/schema.ts';
import type { Tx } from '../../db/db.ts';
import { decide } from '../../hints/decide.ts';
import type { Change, LineageFacts, ReleasePolicy, VersionFacts } from '../../hints/release.ts';

/** What was read before, so that an audit finds the rows. */
export interface Cause {
  readonly actor: 'job' | 'operator';
  readonly detail: Readonly<Record<string, unknown>>;
}

/** A change of the state of a hint of a project. */
export type ChangeOf = Change & { readonly project_id: string };

/** Rounds until a decision leaves nothing to decide: a version fails, the one after it is tried, it has earned its place. */
const MAX_ROUNDS = 4;

/** Versions as they are after changes of them. */
export const afterChanges = <V extends Pick<VersionFacts, 'id' | 'state' | 'superseded'>>(
  versions: readonly V[],
  changes: readonly Change[],
): readonly V[] =>
  changes.length === 0
    ? versions
    : versions.map((each) => {
        const change = changes.findLast(({ id }) => id === each.id);
        return change ? { ...each, state: change.to, superseded: change.superseded } : each;
      });

/** All that must change, one decision after the other. */
export function decideAll(facts: LineageFacts, policy: ReleasePolicy, now: Date): Change[] {
  const all: Change[] = [];
  let { versions } = facts;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const changes = decide({ ...facts, versions }, policy, now);
    if (changes.length === 0) break;
    all.push(...changes);
    versions = afterChanges(versions, changes);
  }
  return all;
}

/** Changes states of hints and writes down why. */
export async function applyChanges(tx: Tx, changes: readonly ChangeOf[], { actor, detail }: Cause): Promise<void> {
  if (changes.length === 0) return;
  await tx.query(
    `with input as materialized (
       select * from jsonb_to_recordset($1::jsonb) as i(n int, project_id uuid, id bigint, "from" text, "to" text,
         superseded boolean, reason text, detail jsonb)
     ), changed as (
       update hints h set state = i."to", superseded_at = case when i.superseded then coalesce(h.superseded_at, now()) end
       from (select distinct on (project_id, id) * from input order by project_id, id, n desc) i
       where h.project_id = i.project_id and h.id = i.id
         and (h.state, h.superseded_at is not null) <> (i."to", i.superseded)
     )
     insert into hint_changes (project_id, hint_id, from_state, to_state, superseded, reason, actor, detail)
     select project_id, id, "from", "to", superseded, reason, $2, detail || $3::jsonb from input order by n`,
    [JSON.stringify(changes.map((change, n) => ({ ...change, n }))), actor, JSON.stringify(detail)],
  );
}

/** A new version, as its history begins. */
export const created = (project_id: string, id: string, state: HintState): ChangeOf => ({
  project_id,
  id,
  from: state,
  to: state,
  superseded: false,
  reason: 'created',
  detail: {},
});

/** A version that is served no longer, and keeps its state. */
export const superseded =
  (reason: 'replaced' | 'joined') =>
  ({ project_id, id, state }: { project_id: string; id: string; state: HintState }): ChangeOf => ({
    project_id,
    id,
    from: state,
    to: state,
    superseded: true,
    reason,
    detail: {},
  });

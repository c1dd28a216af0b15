import type { HintState } from '../../../shared/protocol/schema.ts';
import { textArray } from '../../db/array.ts';
import type { Tx } from '../../db/db.ts';
import { PUBLISHED_KINDS, type PublishedKind } from '../../hints/kinds.ts';
import {
  type Change,
  type Decision,
  decide,
  type LineageFacts,
  NO_VOTES,
  type ReleasePolicy,
  type Tally,
  type VersionFacts,
  type Votes,
} from '../../hints/release.ts';
import { type Ageing, versionVotes } from '../../hints/votes_sql.ts';
import { type Forms, formsOf } from './forms.ts';

/** A hint whose state may have to change, with what is known of its control. */
export interface ReleasedGroup extends Forms {
  readonly recorded: Tally;
  readonly reported: ReadonlyMap<string, Votes>;
  readonly last_success_at: Date | undefined;
}

/** What was read before, so that an audit finds the rows. */
export interface Cause {
  readonly actor: 'job' | 'operator';
  readonly detail: Readonly<Record<string, unknown>>;
}

interface Row {
  readonly project_id: string;
  readonly elem_sig_id: string;
  readonly hint_type: PublishedKind;
  readonly instances: number;
  readonly decision: 'pin' | 'veto' | null;
  readonly pinned: number | null;
  readonly versions: (VersionFacts & { readonly selector: string | null })[];
}

/** Rounds until a decision leaves nothing to decide: a version fails, the one after it is tried, it has earned its place. */
const MAX_ROUNDS = 4;

/** Brings the states of hints up to their evidence and what operators decided; answers how many changed. */
export async function releaseHints(
  tx: Tx,
  groups: readonly ReleasedGroup[],
  policy: ReleasePolicy,
  now: Date,
  cause: Cause,
  decidedOnly = false,
): Promise<number> {
  if (groups.length === 0) return 0;
  const rows = await loadVersions(tx, groups, { policy, now });
  const groupOf = new Map(groups.map((group) => [keyOf(group), group]));
  const changes = rows.flatMap((row) => {
    const group = groupOf.get(keyOf(row));
    if (!group || (decidedOnly && row.decision === null)) return [];
    const facts = {
      versions: row.versions,
      ...evidenceFor(row, group),
      instances: row.instances,
      keys: keysThatTold(row, group),
      lastSuccessAt: group.last_success_at,
      decision: decisionOf(row),
    };
    return decideAll(facts, policy, now).map((change) => ({ ...change, project_id: row.project_id }));
  });
  await applyChanges(tx, changes, cause);
  return changes.length;
}

/** A selector is judged by uses of its control and by reports; what else is told by how well it fits the uses, each counted once. */
function evidenceFor(
  { hint_type, versions }: Row,
  { recorded, reported }: ReleasedGroup,
): Pick<LineageFacts, 'recorded' | 'choice'> {
  const newest = versions.at(-1);
  if (hint_type !== 'best_selector') return { recorded: NO_VOTES, choice: newest?.votes ?? NO_VOTES };
  return { recorded, choice: reported.get(newest?.selector ?? '') ?? NO_VOTES };
}

/** API keys that told anything of the control; not that of rows from before keys were kept. */
function keysThatTold({ versions }: Row, { recorded, reported }: ReleasedGroup): number {
  const told = [recorded, ...reported.values(), ...versions.map(({ votes }) => votes)];
  return new Set(told.flatMap(({ keys }) => keys.flatMap(({ key_no }) => (key_no > 0 ? [key_no] : [])))).size;
}

/** All that must change, one decision after the other. */
export function decideAll(facts: LineageFacts, policy: ReleasePolicy, now: Date): Change[] {
  const all: Change[] = [];
  let { versions } = facts;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const changes = decide({ ...facts, versions }, policy, now);
    if (changes.length === 0) break;
    all.push(...changes);
    versions = versions.map((each) => {
      const change = changes.findLast(({ id }) => id === each.id);
      return change ? { ...each, state: change.to, superseded: change.superseded } : each;
    });
  }
  return all;
}

/** Of the hints about a control. */
export const keyOf = (row: { project_id: string; elem_sig_id: string }): string =>
  `${row.project_id} ${row.elem_sig_id}`;

function decisionOf({ decision, pinned }: Row): Decision | undefined {
  if (decision === 'veto') return { kind: 'veto' };
  return decision === 'pin' && pinned !== null ? { kind: 'pin', version: pinned } : undefined;
}

function loadVersions(tx: Tx, groups: readonly ReleasedGroup[], ageing: Ageing): Promise<Row[]> {
  return tx.query<Row>(
    `select g.project_id, g.elem_sig_id, t.hint_type, d.decision, d.version as pinned,
       (select count(*)::int from (select from instances i where i.project_id = g.project_id limit 2) two) as instances,
       h.versions
     from jsonb_to_recordset($1::jsonb) as g(project_id uuid, elem_sig_id bigint, members bigint[])
     cross join unnest($2::text[]) as t(hint_type)
     left join hint_decisions d on d.project_id = g.project_id and d.elem_sig_id = g.elem_sig_id
       and d.hint_type = t.hint_type
     cross join lateral (
       select jsonb_agg(jsonb_build_object('id', h.id::text, 'version', h.version, 'state', h.state, 'superseded',
         h.superseded_at is not null, 'selector', h.hint_data ->> 'selector', 'votes', ${versionVotes('g.members', ageing)})
         order by h.version) as versions
       from hints h
       where h.project_id = g.project_id and h.elem_sig_id = g.elem_sig_id and h.hint_type = t.hint_type
     ) h
     where h.versions is not null`,
    [formsOf(groups), textArray(PUBLISHED_KINDS)],
  );
}

/** Changes states of hints and writes down why. */
export async function applyChanges(
  tx: Tx,
  changes: readonly (Change & { readonly project_id: string })[],
  { actor, detail }: Cause,
): Promise<void> {
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
export const created = (
  project_id: string,
  id: string,
  state: HintState,
): Change & { readonly project_id: string } => ({
  project_id,
  id,
  from: state,
  to: state,
  superseded: false,
  reason: 'created',
  detail: {},
});

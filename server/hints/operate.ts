import type { HintDecision, HintDetails, HintSummary } from '../../shared/protocol/answers.ts';
import type { HintState } from '../../shared/protocol/schema.ts';
import type { HintCache } from '../cache/hint_cache.ts';
import type { Db, Tx } from '../db/db.ts';
import { type Published, publishHints, type Releasing } from '../jobs/aggregate/publish_hints.ts';
import { applyChanges, type Cause } from '../jobs/aggregate/release_hints.ts';
import { publishRecipes } from '../jobs/recipes/publish_recipes.ts';
import { versionVotes } from './votes_sql.ts';

export interface HintFilter {
  readonly url_norm?: string | undefined;
  readonly state?: HintState | undefined;
  readonly limit: number;
}

/** A hint's advice in a word or two. */
const TELLS = `case h.hint_type
  when 'wait_condition' then concat_ws(' ', h.hint_data ->> 'signal', h.hint_data ->> 'timeout_ms', 'ms')
  when 'safe_ops' then h.hint_data ->> 'class'
  when 'recipe' then concat_ws(' ', h.hint_data ->> 'shape', jsonb_array_length(h.hint_data -> 'steps'), 'steps')
  else h.hint_data ->> 'selector'
end`;

/** The versions that are not superseded, newest first. */
export const listHints = (db: Db, projectId: string, { url_norm, state, limit }: HintFilter): Promise<HintSummary[]> =>
  db.tx('admin', (tx) =>
    tx.query<HintSummary>(
      `select h.id::text as hint_id, h.url_norm, h.hint_type, h.version, h.state, h.confidence::float8,
         h.hint_data ->> 'selector' as selector, ${TELLS} as tells, d.decision
       from hints h
       left join hint_decisions d on d.project_id = h.project_id
         and (d.elem_sig_id = h.elem_sig_id or d.recipe_id = h.recipe_id) and d.hint_type = h.hint_type
       where h.project_id = $1 and h.superseded_at is null and ($2::text is null or h.url_norm = $2)
         and ($3::text is null or h.state = $3)
       order by h.id desc limit $4`,
      [projectId, url_norm ?? null, state ?? null, limit],
    ),
  );

/** The signatures of the control of a hint `h` on all states of its page. */
const MEMBERS = `array(
  select e.elem_sig_id from element_signatures f
  join element_signatures e on e.project_id = f.project_id and e.selector_norm = f.selector_norm
    and e.attr_fingerprint_hash = f.attr_fingerprint_hash
  join page_signatures p on p.project_id = e.project_id and p.page_sig_id = e.page_sig_id
    and coalesce(p.page_key, p.url_norm) = h.url_norm
  where f.project_id = h.project_id and f.elem_sig_id = h.elem_sig_id)`;

/** All versions of a hint with what was reported of each, so that they compare, and why each became what it is. */
export async function showHint(
  db: Db,
  projectId: string,
  hintId: string,
  releasing: Releasing,
): Promise<HintDetails | undefined> {
  const [row] = await db.tx('admin', (tx) =>
    tx.query<HintDetails>(
      `select asked.id::text as hint_id, asked.url_norm, asked.hint_type,
         (select jsonb_build_object('decision', decision, 'version', version, 'at', at) from hint_decisions d
          where d.project_id = $1 and (d.elem_sig_id = asked.elem_sig_id or d.recipe_id = asked.recipe_id)
            and d.hint_type = asked.hint_type) as decided,
         (select jsonb_agg(jsonb_build_object('hint_id', h.id::text, 'version', h.version, 'state', h.state, 'superseded',
            h.superseded_at is not null, 'confidence', h.confidence, 'selector', h.hint_data ->> 'selector', 'tells', ${TELLS}, 'evidence',
            h.evidence, 'created_at', h.created_at, 'votes', ${versionVotes(MEMBERS, releasing)}) order by h.version)
          from hints h where h.project_id = $1 and (h.elem_sig_id = asked.elem_sig_id or h.recipe_id = asked.recipe_id)
            and h.hint_type = asked.hint_type
         ) as versions,
         (select coalesce(jsonb_agg(jsonb_build_object('hint_id', c.hint_id::text, 'at', c.at, 'from', c.from_state, 'to',
            c.to_state, 'superseded', c.superseded, 'reason', c.reason, 'actor', c.actor, 'detail', c.detail) order by c.id), '[]')
          from hint_changes c join hints h on h.project_id = c.project_id and h.id = c.hint_id
          where c.project_id = $1 and (h.elem_sig_id = asked.elem_sig_id or h.recipe_id = asked.recipe_id)
            and h.hint_type = asked.hint_type) as changes
       from hints asked where asked.project_id = $1 and asked.id = $2`,
      [projectId, hintId],
    ),
  );
  return row;
}

export interface OperateDeps {
  readonly db: Db;
  readonly cache: HintCache | undefined;
  readonly releasing: Releasing;
}

/** A hint, by what it is about: a control, or a recipe. */
interface Asked {
  readonly elem_sig_id: string | null;
  readonly recipe_id: string | null;
  readonly hint_type: string;
  readonly version: number;
  readonly url_norm: string;
}

/** Carries out what an operator decided about a hint; false where there is no such hint. */
export async function operate(
  { db, cache, releasing }: OperateDeps,
  projectId: string,
  hintId: string,
  decision: HintDecision,
): Promise<boolean> {
  const pages = await db.tx('admin', async (tx) => {
    const [asked] = await tx.query<Asked>(
      `select elem_sig_id, recipe_id, hint_type, version, url_norm from hints
       where project_id = $1 and id = $2 for update`,
      [projectId, hintId],
    );
    if (!asked) return undefined;
    const cause: Cause = { actor: 'operator', detail: { decision } };
    if (decision === 'rollback') await rollBack(tx, projectId, asked, cause);
    else await decideFor(tx, projectId, asked, decision, decision === 'pin' ? asked.version : undefined);
    if (decision === 'auto') await tryAgain(tx, projectId, asked, cause);
    const published = await publish(tx, projectId, asked, releasing, cause);
    return [...published.pages, { projectId, urlNorm: asked.url_norm }];
  });
  if (pages) await cache?.invalidate(pages);
  return pages !== undefined;
}

async function publish(
  tx: Tx,
  projectId: string,
  { elem_sig_id, recipe_id }: Asked,
  releasing: Releasing,
  cause: Cause,
): Promise<Published> {
  return elem_sig_id === null
    ? publishRecipes(tx, projectId, recipe_id === null ? [] : [recipe_id], releasing, cause, undefined)
    : publishHints(tx, [{ project_id: projectId, elem_sig_id }], releasing, cause);
}

/** SQL of what is about the same as the hint asked for: $2 is its control, or $3 its recipe, and $4 its type. */
const ABOUT = '(elem_sig_id = $2 or recipe_id = $3) and hint_type = $4';

const about = ({ elem_sig_id, recipe_id, hint_type }: Asked): (string | null)[] => [elem_sig_id, recipe_id, hint_type];

async function decideFor(tx: Tx, projectId: string, asked: Asked, decision: 'pin' | 'veto' | 'auto', version?: number) {
  await tx.query(`delete from hint_decisions where project_id = $1 and ${ABOUT}`, [projectId, ...about(asked)]);
  await tx.query(
    `update hints set pinned = not pinned where project_id = $1 and ${ABOUT} and pinned <> coalesce(version = $5, false)`,
    [projectId, ...about(asked), version ?? null],
  );
  if (decision === 'auto') return;
  await tx.query(
    `insert into hint_decisions (project_id, elem_sig_id, recipe_id, hint_type, decision, version)
     values ($1, $2, $3, $4, $5, $6)`,
    [projectId, ...about(asked), decision, version ?? null],
  );
}

interface Version {
  readonly id: string;
  readonly version: number;
  readonly state: HintState;
  readonly superseded: boolean;
}

const versionsOf = (tx: Tx, projectId: string, asked: Asked): Promise<Version[]> =>
  tx.query<Version>(
    `select id, version, state, superseded_at is not null as superseded from hints
     where project_id = $1 and ${ABOUT} order by version`,
    [projectId, ...about(asked)],
  );

/** From this version to the newest all are quarantined, and the last active one before them is pinned. */
async function rollBack(tx: Tx, projectId: string, asked: Asked, cause: Cause): Promise<void> {
  const versions = await versionsOf(tx, projectId, asked);
  const before = versions.findLast(({ version, state }) => version < asked.version && state === 'active');
  await applyChanges(
    tx,
    versions
      .filter(({ version, state }) => version >= asked.version && state !== 'quarantined')
      .map(({ id, state, superseded }) => ({
        project_id: projectId,
        id,
        from: state,
        to: 'quarantined',
        superseded,
        reason: 'rolled_back',
        detail: {},
      })),
    cause,
  );
  if (before) await decideFor(tx, projectId, asked, 'pin', before.version);
}

/** The newest version is a candidate again, unless it is served. */
async function tryAgain(tx: Tx, projectId: string, asked: Asked, cause: Cause): Promise<void> {
  const newest = (await versionsOf(tx, projectId, asked)).at(-1);
  if (!newest || (!newest.superseded && newest.state !== 'quarantined')) return;
  const { id, state } = newest;
  await applyChanges(
    tx,
    [{ id, project_id: projectId, from: state, to: 'candidate', superseded: false, reason: 'automatic', detail: {} }],
    cause,
  );
}

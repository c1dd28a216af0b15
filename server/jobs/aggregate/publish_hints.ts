import type { HintState } from '../../../shared/protocol/schema.ts';
import type { HintPage } from '../../cache/hint_cache.ts';
import type { Tx } from '../../db/db.ts';
import { lastSuccessOf } from '../../hints/best_selector.ts';
import { type Advice, KINDS, type PublishedKind } from '../../hints/kinds.ts';
import { type Change, isOld, type ReleasePolicy } from '../../hints/release.ts';
import { spreadHints } from '../../hints/spread_hints.ts';
import { type LoadedGroup, loadGroups } from './load_groups.ts';
import { loadUses } from './load_uses.ts';
import { isForged } from './own_identities.ts';
import { isRebuilding } from './rebuild.ts';
import { applyChanges, type Cause, created, keyOf, releaseHints } from './release_hints.ts';
import { type TouchedElement, touch } from './touched.ts';

interface Version {
  readonly project_id: string;
  readonly elem_sig_id: string;
  readonly hint_type: PublishedKind;
  readonly id: string;
  readonly version: number;
  readonly state: HintState;
  readonly superseded: boolean;
  readonly hint_data: Advice['data'];
  readonly confidence: number;
  /** Successes and errors that it tells of. */
  readonly told: number;
  /** By an operator, whose decision binds. */
  readonly decided: boolean;
}

export interface Releasing {
  readonly policy: ReleasePolicy;
  readonly now: Date;
}

export interface Published {
  /** New versions. */
  readonly written: number;
  /** Versions that only got newer evidence. */
  readonly refreshed: number;
  /** Versions whose state changed. */
  readonly released: number;
  /** Where they are served, each once. */
  readonly pages: readonly HintPage[];
}

/** More evidence than a hint tells of, by which it is written anew. */
const NEWS = 0.1;
/** The same of its confidence. */
const MOVED = 0.01;

/** What is touched for another reason than new evidence. */
const NOTHING_READ = { after: '0', upTo: '0' };

/**
 * Brings the hints about elements up to their evidence. A version is new when what it tells changes. Its figures are written anew
 * when they changed by more than a little (to write a hint takes longer than to make it), or `always`. While statistics are not
 * whole only what operators decided is carried out, and the rest waits until they are.
 */
export async function publishHints(
  tx: Tx,
  touched: readonly TouchedElement[],
  { policy, now }: Releasing,
  cause: Cause,
  always = false,
): Promise<Published> {
  const decidedOnly = await isRebuilding(tx);
  if (decidedOnly) await touch(tx, touched, NOTHING_READ);
  const groups = (await loadGroups(tx, touched, { policy, now })).map((group) => ({
    ...group,
    last_success_at: lastSuccessOf(group.members),
  }));
  const uses = await loadUses(tx, groups, { policy, now });
  const versions = byControl(await loadVersions(tx, groups));
  const writes = [];
  const refreshes = [];
  const replaced = [];
  const forged = [];
  for (const group of groups) {
    // What would be retired at once is not published.
    if (decidedOnly || isOld(group.last_success_at, policy, now)) continue;
    const { project_id, page_sig_id, elem_sig_id, url_norm } = group;
    const versionsOfGroup = versions.get(keyOf(group)) ?? [];
    forged.push(...versionsOfGroup.filter((each) => isForgedVersion(each, group)));
    for (const { hint_type, advise, refreshed } of KINDS) {
      const advice = advise(group, uses.get(keyOf(group)), policy);
      if (!advice) continue;
      const known = versionsOfGroup.filter((each) => each.hint_type === hint_type);
      const same = known.findLast((each) => !each.superseded && refreshed(each.hint_data, advice.data));
      const data = same ? refreshed(same.hint_data, advice.data) : advice.data;
      if (same) {
        if (always || isNews(same, advice)) refreshes.push({ ...advice, data, project_id, id: same.id });
      } else {
        const version = (known.at(-1)?.version ?? 0) + 1;
        writes.push({ ...advice, project_id, page_sig_id, elem_sig_id, url_norm, hint_type, version });
        if (hint_type !== 'best_selector') replaced.push(...known.filter(isTried));
      }
    }
  }
  if (refreshes.length) await refresh(tx, refreshes);
  if (writes.length) await write(tx, writes, cause);
  await applyChanges(tx, replaced.map(superseded('replaced')), cause);
  await applyChanges(tx, forged.map(withdrawn), cause);
  await moveTo(tx, groups);
  await supersedeJoined(tx, groups, cause);
  const released = await releaseHints(tx, groups, policy, now, cause, decidedOnly);
  await spreadHints(tx, groups);
  return { written: writes.length, refreshed: refreshes.length, released, pages: pagesOf(groups) };
}

function isNews({ told, confidence }: Version, { evidence, ...fresh }: Advice): boolean {
  const seen = evidence.success_ct + evidence.error_ct;
  return seen < told || seen >= (1 + NEWS) * told || Math.abs(fresh.confidence - confidence) >= MOVED;
}

function byControl(versions: readonly Version[]): ReadonlyMap<string, readonly Version[]> {
  const grouped = new Map<string, Version[]>();
  for (const each of versions) {
    const known = grouped.get(keyOf(each));
    if (known) known.push(each);
    else grouped.set(keyOf(each), [each]);
  }
  return grouped;
}

/** What was seen of a use counts for each version alike: one that is not served yet has nothing to prove against a newer one. */
const isTried = ({ state, superseded }: Version): boolean =>
  !superseded && (state === 'candidate' || state === 'canary');

/** Whether what it tells of was told under the fingerprint of another control, as is known since. */
const isForgedVersion = (
  { hint_type, state, hint_data, decided }: Version,
  { members, text_key }: LoadedGroup,
): boolean =>
  hint_type === 'best_selector' &&
  state !== 'quarantined' &&
  !decided &&
  isForged((hint_data as Advice<'best_selector'>['data']).identity, members, text_key);

const withdrawn = ({ project_id, id, state }: Version): Change & { readonly project_id: string } => ({
  project_id,
  id,
  from: state,
  to: 'quarantined',
  superseded: false,
  reason: 'forged',
  detail: {},
});

const superseded =
  (reason: 'replaced' | 'joined') =>
  ({ project_id, id, state }: Pick<Version, 'project_id' | 'id' | 'state'>) => ({
    project_id,
    id,
    from: state,
    to: state,
    superseded: true,
    reason,
    detail: {},
  });

function pagesOf(groups: readonly LoadedGroup[]): HintPage[] {
  const pages = groups.map(({ project_id, url_norm }) => ({ projectId: project_id, urlNorm: url_norm }));
  return [...new Map(pages.map((page) => [`${page.projectId} ${page.urlNorm}`, page])).values()];
}

const loadVersions = (tx: Tx, groups: readonly LoadedGroup[]): Promise<Version[]> =>
  tx.query<Version>(
    `select h.project_id, h.elem_sig_id, h.hint_type, h.id, h.version, h.state,
       h.superseded_at is not null as superseded, h.hint_data, h.confidence::float8 as confidence,
       coalesce((h.evidence ->> 'success_ct')::int + (h.evidence ->> 'error_ct')::int, 0) as told, exists (
         select from hint_decisions d where d.project_id = h.project_id and d.elem_sig_id = h.elem_sig_id
           and d.hint_type = h.hint_type) as decided
     from jsonb_to_recordset($1::jsonb) as i(project_id uuid, elem_sig_id bigint)
     join hints h on h.project_id = i.project_id and h.elem_sig_id = i.elem_sig_id
     order by h.project_id, h.elem_sig_id, h.version`,
    [keysOf(groups)],
  );

async function refresh(tx: Tx, rows: readonly object[]): Promise<void> {
  await tx.query(
    `update hints h set hint_data = i.data, confidence = i.confidence, evidence = i.evidence, last_calculated_at = now()
     from jsonb_to_recordset($1::jsonb) as i(
       project_id uuid, id bigint, data jsonb, confidence numeric, evidence jsonb)
     where h.project_id = i.project_id and h.id = i.id`,
    [JSON.stringify(rows)],
  );
}

async function write(tx: Tx, rows: readonly object[], cause: Cause): Promise<void> {
  const written = await tx.query<{ project_id: string; id: string; state: HintState }>(
    `insert into hints (project_id, page_sig_id, elem_sig_id, url_norm, hint_type, hint_data, confidence, version, state,
       evidence)
     select project_id, page_sig_id, elem_sig_id, url_norm, hint_type, data, confidence, version, 'candidate',
       evidence
     from jsonb_to_recordset($1::jsonb) as i(
       project_id uuid, page_sig_id bigint, elem_sig_id bigint, url_norm text, hint_type text, data jsonb, confidence numeric,
       version int, evidence jsonb)
     returning project_id, id, state`,
    [JSON.stringify(rows)],
  );
  await applyChanges(
    tx,
    written.map(({ project_id, id, state }) => created(project_id, id, state)),
    cause,
  );
}

/** The hints of a page that is known by a template since, or no longer, are served where it is. */
async function moveTo(tx: Tx, groups: readonly LoadedGroup[]): Promise<void> {
  await tx.query(
    `update hints h set url_norm = i.url_norm
     from jsonb_to_recordset($1::jsonb) as i(project_id uuid, elem_sig_id bigint, url_norm text)
     where h.project_id = i.project_id and h.elem_sig_id = i.elem_sig_id
       and h.url_norm <> i.url_norm`,
    [JSON.stringify(groups.map(({ project_id, elem_sig_id, url_norm }) => ({ project_id, elem_sig_id, url_norm })))],
  );
}

/** Of the forms of one control only the hints of the first are served. */
async function supersedeJoined(tx: Tx, groups: readonly LoadedGroup[], cause: Cause): Promise<void> {
  const others = groups.flatMap(({ project_id, elem_sig_id, members }) =>
    members.filter((member) => member.elem_sig_id !== elem_sig_id).map((member) => ({ ...member, project_id })),
  );
  if (others.length === 0) return;
  const known = await tx.query<{ project_id: string; id: string; state: HintState }>(
    `select h.project_id, h.id, h.state
     from jsonb_to_recordset($1::jsonb) as i(project_id uuid, elem_sig_id bigint)
     join hints h on h.project_id = i.project_id and h.elem_sig_id = i.elem_sig_id
       and h.superseded_at is null`,
    [keysOf(others)],
  );
  await applyChanges(tx, known.map(superseded('joined')), cause);
}

const keysOf = (groups: readonly { readonly project_id: string; readonly elem_sig_id: string }[]): string =>
  JSON.stringify(groups.map(({ project_id, elem_sig_id }) => ({ project_id, elem_sig_id })));

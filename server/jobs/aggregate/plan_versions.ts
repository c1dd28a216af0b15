import type { Hint } from '../../../shared/protocol/schema.ts';
import { isOld } from '../../hints/decide.ts';
import { type Advice, KINDS, type PublishedKind } from '../../hints/kinds.ts';
import { sameJson } from '../../hints/same_json.ts';
import { keyOf } from './forms.ts';
import type { LoadedGroup } from './load_groups.ts';
import type { Reported } from './load_reported.ts';
import type { LoadedUses } from './load_uses.ts';
import type { KnownHints, Version } from './load_versions.ts';
import { isForged } from './own_identities.ts';
import type { Releasing } from './publish_hints.ts';
import { afterChanges, type ChangeOf, superseded } from './release_hints.ts';

/** Of a version that is not written yet: its place among those of its plan stands in for its id. */
export interface NewVersion extends Advice {
  readonly id: string;
  readonly project_id: string;
  readonly page_sig_id: string;
  readonly elem_sig_id: string;
  readonly url_norm: string;
  readonly hint_type: PublishedKind;
  readonly version: number;
}

/** Newer figures of what is told already. */
export interface Refresh extends Omit<Advice, 'data'> {
  /** Null where it is as it was. */
  readonly data: Advice['data'] | null;
  readonly project_id: string;
  readonly id: string;
}

/** A version as it is after what was planned. */
export type Planned = Pick<Version, 'id' | 'version' | 'state' | 'superseded' | 'hint_data' | 'voted'>;

/** All versions of one hint, oldest first. */
export interface Lineage {
  readonly group: LoadedGroup & Reported & { readonly last_success_at: Date | undefined };
  readonly uses: LoadedUses | undefined;
  readonly hint_type: PublishedKind;
  readonly versions: readonly Planned[];
  readonly decision: ReturnType<KnownHints['decisions']['get']>;
}

export interface Plan {
  readonly writes: readonly NewVersion[];
  readonly refreshes: readonly Refresh[];
  readonly changes: readonly ChangeOf[];
  readonly lineages: readonly Lineage[];
}

/** More evidence than a hint tells of, by which it is written anew. */
const NEWS = 0.1;
/** The same of its confidence. */
const MOVED = 0.01;

/**
 * What hints must be written so that all tells what is known. A version is new when what it tells changes. Its figures are written anew
 * when they changed by more than a little (to write a hint takes longer than to make it), or `always`.
 */
export function planVersions(
  groups: readonly Lineage['group'][],
  usesOf: ReadonlyMap<string, LoadedUses>,
  known: ReadonlyMap<string, KnownHints>,
  { policy, now }: Releasing,
  { always, decidedOnly }: { readonly always: boolean; readonly decidedOnly: boolean },
): Plan {
  const writes: NewVersion[] = [];
  const refreshes: Refresh[] = [];
  const changes: ChangeOf[] = [];
  const lineages: Lineage[] = [];
  for (const group of groups) {
    const { project_id, page_sig_id, elem_sig_id, url_norm } = group;
    const uses = usesOf.get(keyOf(group));
    const { versions = [], decisions = new Map() } = known.get(keyOf(group)) ?? {};
    // What would be retired at once is not published.
    const quiet = decidedOnly || isOld(group.last_success_at, policy, now);
    for (const { hint_type, advise, refreshed } of KINDS) {
      const before = versions.filter((each) => each.hint_type === hint_type);
      const decision = decisions.get(hint_type);
      const made: ChangeOf[] =
        quiet || decision ? [] : before.filter((each) => isForgedVersion(each, group)).map(withdrawn);
      let written: NewVersion | undefined;
      const advice = quiet ? undefined : advise(group, uses, policy);
      if (advice) {
        const same = before.findLast((each) => !each.superseded && refreshed(each.hint_data, advice.data));
        if (!same) {
          const version = (before.at(-1)?.version ?? 0) + 1;
          const id = `new ${writes.length}`;
          written = { ...advice, id, project_id, page_sig_id, elem_sig_id, url_norm, hint_type, version };
          writes.push(written);
          if (hint_type !== 'best_selector') made.unshift(...before.filter(isTried).map(superseded('replaced')));
        } else if (always || isNews(same, advice)) {
          const data = refreshed(same.hint_data, advice.data) ?? null;
          refreshes.push({ ...advice, data: sameJson(same.hint_data, data) ? null : data, project_id, id: same.id });
        }
      }
      changes.push(...made);
      const after: readonly Planned[] = [...afterChanges(before, made), ...(written ? [asPlanned(written)] : [])];
      if (after.length > 0) lineages.push({ group, uses, hint_type, versions: after, decision });
    }
  }
  return { writes, refreshes, changes, lineages };
}

const asPlanned = ({ id, version, data }: NewVersion): Planned => ({
  id,
  version,
  state: 'candidate',
  superseded: false,
  hint_data: data,
  voted: false,
});

function isNews(
  { told, confidence }: Version,
  { evidence, ...fresh }: { evidence: Hint['evidence']; confidence: number },
) {
  const seen = evidence.success_ct + evidence.error_ct;
  return seen < told || seen >= (1 + NEWS) * told || Math.abs(fresh.confidence - confidence) >= MOVED;
}

/** What was seen of a use counts for each version alike: one that is not served yet has nothing to prove against a newer one. */
const isTried = ({ state, superseded }: Version): boolean =>
  !superseded && (state === 'candidate' || state === 'canary');

/** Whether what it tells of was told under the fingerprint of another control, as is known since. */
const isForgedVersion = ({ hint_type, state, hint_data }: Version, { members, text_key }: LoadedGroup): boolean =>
  hint_type === 'best_selector' &&
  state !== 'quarantined' &&
  isForged((hint_data as Advice<'best_selector'>['data']).identity, members, text_key);

const withdrawn = ({ project_id, id, state }: Version): ChangeOf => ({
  project_id,
  id,
  from: state,
  to: 'quarantined',
  superseded: false,
  reason: 'forged',
  detail: {},
});

import type { HintPage } from '../../cache/hint_cache.ts';
import type { Tx } from '../../db/db.ts';
import { lastSuccessOf } from '../../hints/best_selector.ts';
import type { ReleasePolicy } from '../../hints/release.ts';
import { spreadHints } from '../../hints/spread_hints.ts';
import { decideReleases } from './decide_releases.ts';
import { keyOf } from './forms.ts';
import { type LoadedGroup, loadGroups } from './load_groups.ts';
import { loadProjects } from './load_projects.ts';
import { loadReported, NOTHING_REPORTED } from './load_reported.ts';
import { loadUses } from './load_uses.ts';
import { loadVersions } from './load_versions.ts';
import { planVersions } from './plan_versions.ts';
import { isRebuilding } from './rebuild.ts';
import { applyChanges, type Cause, created, superseded } from './release_hints.ts';
import { type TouchedElement, touch } from './touched.ts';
import { moveTo, refresh, write } from './write_versions.ts';

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

/** What is touched for another reason than new evidence. */
const NOTHING_READ = { after: '0', upTo: '0' };

/**
 * Brings the hints about elements up to their evidence, and their states up to that and to what operators decided. Figures that changed
 * by little are written only if `always`. While statistics are not whole only what operators decided is carried out, and the rest waits
 * until they are. What is written is decided before, so that nothing is written twice.
 */
export async function publishHints(
  tx: Tx,
  touched: readonly TouchedElement[],
  releasing: Releasing,
  cause: Cause,
  always = false,
): Promise<Published> {
  if (touched.length === 0) return { written: 0, refreshed: 0, released: 0, pages: [] };
  const decidedOnly = await isRebuilding(tx);
  if (decidedOnly) await touch(tx, touched, NOTHING_READ);
  const projects = await loadProjects(tx, touched, releasing);
  const loaded = await loadGroups(tx, touched, projects, releasing);
  const known = await loadVersions(tx, loaded);
  const reported = await loadReported(tx, loaded, known, releasing);
  const groups = loaded.map((group) => ({
    ...group,
    ...(reported.get(keyOf(group)) ?? NOTHING_REPORTED),
    last_success_at: lastSuccessOf(group.members),
  }));
  const uses = await loadUses(tx, groups, projects, releasing);
  const plan = planVersions(groups, uses, known, releasing, { always, decidedOnly });
  const joined = [...known.values()].flatMap(({ ofOtherForms }) => ofOtherForms.filter((each) => !each.superseded));
  const released = await decideReleases(
    tx,
    plan.lineages.filter(({ decision }) => !decidedOnly || decision),
    projects,
    releasing,
  );
  await refresh(tx, plan.refreshes);
  const ids = await write(tx, plan.writes, released);
  const changes = [
    ...plan.writes.map(({ project_id, id }) => created(project_id, id, 'candidate')),
    ...plan.changes,
    ...joined.map(superseded('joined')),
    ...released,
  ];
  await applyChanges(
    tx,
    changes.map((change) => ({ ...change, id: ids.get(change.id) ?? change.id })),
    cause,
  );
  await moveTo(tx, groups, known);
  await spreadHints(tx, groups);
  return {
    written: plan.writes.length,
    refreshed: plan.refreshes.length,
    released: released.length,
    pages: pagesOf(groups),
  };
}

function pagesOf(groups: readonly LoadedGroup[]): HintPage[] {
  const pages = groups.map(({ project_id, url_norm }) => ({ projectId: project_id, urlNorm: url_norm }));
  return [...new Map(pages.map((page) => [`${page.projectId} ${page.urlNorm}`, page])).values()];
}

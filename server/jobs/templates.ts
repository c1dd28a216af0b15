import { projectIds } from '../auth/manage_projects.ts';
import type { HintCache } from '../cache/hint_cache.ts';
import type { ReleasePolicy } from '../hints/release.ts';
import { republish } from '../lineage/republish.ts';
import { learnSite, moveToTemplates, newSites, setMark } from '../lineage/templates.ts';
import type { Releasing } from './aggregate/publish_hints.ts';
import type { Job, JobContext } from './job.ts';

const HOUR_MS = 3600 * 1000;
/** Page states that one transaction moves, with the hints of all their controls. The embedded database answers nobody else meanwhile. */
const PAGES = { embedded: 2, server: 200 };
const CAUSE = { actor: 'job', detail: { source: 'templates' } } as const;

/** Moves the pages of a site to their templates, with their hints, a chunk a transaction; answers how many. */
export async function movePages(
  { db, renew, signal }: Pick<JobContext, 'db' | 'renew' | 'signal'>,
  projectId: string,
  domain: string,
  releasing: Releasing,
): Promise<number> {
  let pages = 0;
  const most = db.connections ? PAGES.server : PAGES.embedded;
  for (let after: string | undefined = '0'; after !== undefined && !signal.aborted; ) {
    const from: string = after;
    const moved = await db.tx('admin', async (tx) => {
      const chunk = await moveToTemplates(tx, projectId, domain, from, most);
      if (chunk.pages.length) await republish(tx, projectId, chunk.pages, releasing, CAUSE);
      return chunk;
    });
    pages += moved.pages.length;
    after = moved.last;
    await renew();
  }
  return pages;
}

/**
 * Learns which addresses are one page: `/people/ana` and `/people/ben`. Looks at sites with new page states only; can be stopped
 * anywhere and run again.
 */
export function createTemplatesJob(policy: ReleasePolicy, now: () => number, cache: HintCache | undefined): Job {
  return {
    name: 'templates',
    everyMs: HOUR_MS,
    async run(context) {
      const { db, signal } = context;
      const detail = { sites: 0, templates: 0, pages: 0 };
      for (const projectId of await projectIds(db)) {
        const { domains, upTo } = await db.tx('admin', (tx) => newSites(tx, projectId));
        let pages = 0;
        for (const domain of domains) {
          if (signal.aborted) return detail;
          detail.templates += (await db.tx('admin', (tx) => learnSite(tx, projectId, domain))).length;
          pages += await movePages(context, projectId, domain, { policy, now: new Date(now()) });
          detail.sites += 1;
        }
        // Answers are kept by the address that was asked about.
        if (pages > 0) await cache?.forgetProject(projectId);
        detail.pages += pages;
        if (!signal.aborted) await db.tx('admin', (tx) => setMark(tx, projectId, upTo));
      }
      return detail;
    },
  };
}

import type { AppDeps } from '../app.ts';
import type { HintPage } from '../cache/hint_cache.ts';
import type { Config } from '../config.ts';
import { createAggregateJob } from '../jobs/aggregate/aggregate.ts';
import { createEraseJob } from '../jobs/erase.ts';
import { createEvidenceJob } from '../jobs/evidence/archive_evidence.ts';
import { createHousekeepingJobs } from '../jobs/housekeeping.ts';
import { partitionsJob } from '../jobs/partitions.ts';
import { createRecipesJob } from '../jobs/recipes/recipes.ts';
import { createJobRunner, type JobRunner } from '../jobs/runner.ts';
import { createTemplatesJob } from '../jobs/templates.ts';
import { upliftJob } from '../jobs/uplift/uplift.ts';
import { observeJobs } from '../monitoring/observe_jobs.ts';
import { noStoredBlobs } from '../storage/none.ts';
import type { StoredBlobs } from '../storage/stored_blobs.ts';

/** All jobs; without a storage only those that can do without. The cache is told what they publish, the metrics how they went. */
export function openJobs(
  { release, retentionDays, quarantineDays }: Pick<Config, 'release' | 'retentionDays' | 'quarantineDays'>,
  { db, log, cache, metrics, clock, now }: Pick<AppDeps, 'db' | 'log' | 'cache' | 'metrics' | 'clock' | 'now'>,
  storage: StoredBlobs | undefined,
): JobRunner {
  const invalidate = async (pages: readonly HintPage[]) => {
    await cache?.invalidate(pages);
  };
  const aggregate = createAggregateJob(release, now, invalidate);
  const recipes = createRecipesJob({ policy: release, now, invalidate, storage });
  const templates = createTemplatesJob(release, now, cache);
  const erase = createEraseJob(storage ?? noStoredBlobs, cache);
  const housekeeping = storage
    ? createHousekeepingJobs({ storage, hotDays: retentionDays, quarantineDays, now })
    : [partitionsJob];
  const evidence = storage ? [createEvidenceJob(storage)] : [];
  return observeJobs(
    createJobRunner({ db, log, jobs: [...housekeeping, aggregate, recipes, upliftJob, templates, ...evidence, erase] }),
    metrics,
    clock,
  );
}

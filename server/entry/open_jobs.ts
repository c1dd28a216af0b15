import type { AppDeps } from '../app.ts';
import type { Config } from '../config.ts';
import { createAggregateJob } from '../jobs/aggregate/aggregate.ts';
import { partitionsJob } from '../jobs/partitions.ts';
import { createJobRunner, type JobRunner } from '../jobs/runner.ts';
import { observeJobs } from '../monitoring/observe_jobs.ts';

/** All jobs. The cache is told what they publish, the metrics how they went. */
export function openJobs(
  { hintsMinSuccesses }: Pick<Config, 'hintsMinSuccesses'>,
  { db, log, cache, metrics, clock }: Pick<AppDeps, 'db' | 'log' | 'cache' | 'metrics' | 'clock'>,
): JobRunner {
  const aggregate = createAggregateJob(hintsMinSuccesses, async (pages) => {
    await cache?.invalidate(pages);
  });
  return observeJobs(createJobRunner({ db, log, jobs: [partitionsJob, aggregate] }), metrics, clock);
}

import type { HintCache } from '../cache/hint_cache.ts';
import type { Config } from '../config.ts';
import type { Db } from '../db/db.ts';
import { createAggregateJob } from '../jobs/aggregate/aggregate.ts';
import { partitionsJob } from '../jobs/partitions.ts';
import { createJobRunner, type JobRunner } from '../jobs/runner.ts';
import type { Log } from '../log.ts';

/** All jobs. `cache` is told what they publish. */
export function openJobs(
  { hintsMinSuccesses }: Pick<Config, 'hintsMinSuccesses'>,
  db: Db,
  log: Log,
  cache: HintCache | undefined,
): JobRunner {
  const aggregate = createAggregateJob(hintsMinSuccesses, async (pages) => {
    await cache?.invalidate(pages);
  });
  return createJobRunner({ db, log, jobs: [partitionsJob, aggregate] });
}

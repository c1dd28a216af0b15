import type { Job } from './job.ts';
import { createOrphanUploadsJob } from './orphan_uploads.ts';
import { partitionsJob } from './partitions.ts';
import { createRetentionJob, type RetentionOptions } from './retention.ts';
import { createVerifyArtifactsJob } from './verify_artifacts.ts';

/** The jobs that keep tables and Storage in order, in the order in which they run. */
export const createHousekeepingJobs = (options: RetentionOptions): readonly Job[] => [
  partitionsJob,
  createRetentionJob(options),
  createVerifyArtifactsJob(options.storage),
  createOrphanUploadsJob(options.storage, options.now),
];

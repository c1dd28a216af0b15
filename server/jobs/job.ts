import type { Db } from '../db/db.ts';
import type { Log } from '../log.ts';

export interface JobContext {
  readonly db: Db;
  readonly log: Log;
  /** Prolongs the lease; throws `LeaseLost` where another server has it. To be called between chunks of work. */
  readonly renew: () => Promise<void>;
  /** Aborted when the server stops: finish the chunk and return. */
  readonly signal: AbortSignal;
}

/** Counts of what a job did, kept in job_runs. */
export type JobDetail = Readonly<Record<string, number>>;

export interface Job {
  readonly name: string;
  /** How often the timer runs it, in ms. */
  readonly everyMs: number;
  run(context: JobContext): Promise<JobDetail>;
}

export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

import type { Db } from '../db/db.ts';
import type { Log } from '../log.ts';
import { type Job, type JobDetail, LeaseLost } from './job.ts';
import { releaseLease, takeLease } from './lease.ts';

export type JobResult =
  | { readonly job: string; readonly outcome: 'succeeded'; readonly detail: JobDetail }
  | { readonly job: string; readonly outcome: 'failed'; readonly error: string }
  /** Another run of it is under way, here or on another server. */
  | { readonly job: string; readonly outcome: 'busy' };

export interface JobRunner {
  readonly names: readonly string[];
  readonly schedule: readonly Pick<Job, 'name' | 'everyMs'>[];
  /** Undefined where there is no job of that name. A job that fails is an answer; throws where the database is away. */
  run(name: string): Promise<JobResult | undefined>;
  /** The jobs whose last good run, on any server, began longer ago than they want; what failed waits ten minutes. */
  due(): Promise<string[]>;
  /** Lets the jobs under way finish their chunk. */
  stop(): Promise<void>;
}

export interface JobRunnerDeps {
  readonly db: Db;
  readonly log: Log;
  readonly jobs: readonly Job[];
}

const DUE_SLACK_MS = 30_000;
const AFTER_FAILURE_MS = 10 * 60_000;
/** Error of a run whose server was killed. */
const LOST = 'lost';

export function createJobRunner({ db, log, jobs }: JobRunnerDeps): JobRunner {
  const stopping = new AbortController();
  const underWay = new Set<Promise<unknown>>();

  async function runOnce(job: Job): Promise<JobResult> {
    // A holder a run: two runs of one job on one server exclude each other as well.
    const holder = crypto.randomUUID();
    if (!(await takeLease(db, job.name, holder))) return { job: job.name, outcome: 'busy' };
    const id = await recordStart(db, job.name, holder);
    const started = performance.now();
    const result = await job
      .run({
        db,
        log,
        signal: stopping.signal,
        renew: async () => {
          if (!(await takeLease(db, job.name, holder))) throw new LeaseLost(`another server took over ${job.name}`);
        },
      })
      .then(
        (detail): JobResult => ({ job: job.name, outcome: 'succeeded', detail }),
        (error: unknown): JobResult => ({
          job: job.name,
          outcome: 'failed',
          error: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
        }),
      );
    const ms = Math.round(performance.now() - started);
    if (result.outcome === 'failed') log.error('job.failed', { job: job.name, ms, error: result.error });
    if (result.outcome === 'succeeded') log.info('job.succeeded', { job: job.name, ms, ...result.detail });
    await recordEnd(db, id, result);
    await releaseLease(db, job.name, holder);
    return result;
  }

  return {
    names: jobs.map((job) => job.name),
    schedule: jobs,
    async run(name) {
      const job = jobs.find((each) => each.name === name);
      if (!job) return undefined;
      const running = runOnce(job);
      underWay.add(running);
      try {
        return await running;
      } finally {
        underWay.delete(running);
      }
    },
    async due() {
      const rows = await db.tx('admin', (tx) =>
        tx.query<{ job: string; outcome: string; ago_ms: number }>(
          `select job, outcome, (extract(epoch from clock_timestamp() - max(started_at)) * 1000)::float8 as ago_ms
           from job_runs where outcome <> 'running' and started_at > now() - interval '2 days' group by job, outcome`,
        ),
      );
      const ago = (name: string, outcome: string) =>
        rows.find((row) => row.job === name && row.outcome === outcome)?.ago_ms ?? Number.POSITIVE_INFINITY;
      return jobs
        .filter(({ name, everyMs }) => {
          // A tick comes a little early or late.
          const every = everyMs - DUE_SLACK_MS;
          return ago(name, 'succeeded') >= every && ago(name, 'failed') >= Math.min(every, AFTER_FAILURE_MS);
        })
        .map((job) => job.name);
    },
    async stop() {
      stopping.abort();
      await Promise.allSettled(underWay);
    },
  };
}

/**
 * To be called with the lease in hand: whoever is on record as running the job has it no more, so its server was killed.
 * When that was nobody knows. One that was only slow puts down its real end after all.
 */
async function recordStart(db: Db, job: string, holder: string): Promise<string> {
  const [row] = await db.tx('admin', (tx) =>
    tx.query<{ id: string }>(
      `with lost as (
         update job_runs set outcome = 'failed', error = '${LOST}' where job = $1 and outcome = 'running'
       )
       insert into job_runs (job, holder) values ($1, $2) returning id`,
      [job, holder],
    ),
  );
  return row?.id ?? '';
}

async function recordEnd(db: Db, id: string, result: JobResult): Promise<void> {
  await db.tx('admin', (tx) =>
    tx.query('update job_runs set ended_at = clock_timestamp(), outcome = $2, detail = $3, error = $4 where id = $1', [
      id,
      result.outcome,
      result.outcome === 'succeeded' ? JSON.stringify(result.detail) : null,
      result.outcome === 'failed' ? result.error : null,
    ]),
  );
}

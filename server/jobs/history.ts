import type { Db } from '../db/db.ts';

export interface JobRun {
  readonly job: string;
  readonly started_at: Date;
  readonly outcome: 'running' | 'succeeded' | 'failed';
  /** Null while it runs, and where its server was killed. */
  readonly seconds: number | null;
  readonly detail: unknown;
  readonly error: string | null;
}

/** The last `limit` runs of each job, or of one, newest first. */
export const readHistory = (db: Db, job: string | undefined, limit: number): Promise<JobRun[]> =>
  db.tx('admin', (tx) =>
    tx.query<JobRun>(
      `select job, started_at, outcome, detail, error,
         round(extract(epoch from ended_at - started_at), 3)::float8 as seconds
       from (select *, row_number() over (partition by job order by started_at desc, id desc) as n from job_runs
         where $1::text is null or job = $1) r
       where n <= $2 order by started_at desc, id desc`,
      [job ?? null, limit],
    ),
  );

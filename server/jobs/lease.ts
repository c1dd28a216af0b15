import type { Db } from '../db/db.ts';

/** How long a job may go without renewing, in seconds: a killed server's jobs wait no longer than this. */
const LEASE_SECONDS = 60;

/** Whether `holder` has the job now. A row, because advisory locks of a session do not survive a transaction-mode pooler. */
export async function takeLease(db: Db, job: string, holder: string): Promise<boolean> {
  const rows = await db.tx('admin', (tx) =>
    tx.query(
      `insert into job_leases as l (job, holder, leased_until)
       values ($1, $2, clock_timestamp() + make_interval(secs => ${LEASE_SECONDS}))
       on conflict (job) do update set holder = excluded.holder, leased_until = excluded.leased_until
       where l.leased_until < clock_timestamp() or l.holder = excluded.holder
       returning job`,
      [job, holder],
    ),
  );
  return rows.length > 0;
}

export async function releaseLease(db: Db, job: string, holder: string): Promise<void> {
  await db.tx('admin', (tx) => tx.query('delete from job_leases where job = $1 and holder = $2', [job, holder]));
}

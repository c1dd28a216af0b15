import { projectIds } from '../auth/manage_projects.ts';
import { counter } from '../erase/erased.ts';
import type { JobContext } from '../jobs/job.ts';

/** Rows that one transaction removes. */
const CHUNK_ROWS = 5_000;

/** Removes what runs were exposed to before a time, with its outcomes; answers how many rows went. */
export async function pruneExposures(
  { db, renew, signal }: Pick<JobContext, 'db' | 'renew' | 'signal'>,
  before: Date,
): Promise<number> {
  let removed = 0;
  for (const projectId of await projectIds(db)) {
    for (let gone = 1; gone > 0 && !signal.aborted; removed += gone) {
      gone = await db.tx('admin', (tx) =>
        counter(tx)(
          `delete from hint_exposures where project_id = $1 and (run_id, hint_id) in (
             select run_id, hint_id from hint_exposures where project_id = $1 and exposed_at < $2 limit ${CHUNK_ROWS})`,
          [projectId, before],
        ),
      );
      await renew();
    }
  }
  return removed;
}

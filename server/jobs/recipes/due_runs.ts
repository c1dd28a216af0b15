import type { Tx } from '../../db/db.ts';
import { KNOWN_RUNS } from '../../recipes/limits.ts';

export interface DueRun {
  readonly project_id: string;
  readonly run_id: string;
  /** Calls up to this number were counted. */
  readonly up_to_seq: number;
  readonly failed: boolean;
}

/** A run that has not ended is cut after so long without a call. */
const SILENT = `interval '10 minutes'`;

/** The next runs to cut in one transaction, of one project, locked. Their calls must be in the statistics: without them nothing is known of the controls. */
export const dueRuns = (tx: Tx): Promise<DueRun[]> =>
  tx.query<DueRun>(
    `with due as (
       select q.project_id, q.run_id, q.told_at from recipe_runs q
       left join runs r on r.project_id = q.project_id and r.run_id = q.run_id
       where q.pending and (r.status <> 'running' or q.told_at < now() - ${SILENT})
         and q.told_xid <= (select xid from job_watermarks where job = 'aggregate' and source = 'tool_calls')
       order by q.told_at limit ${KNOWN_RUNS}
     )
     select q.project_id, q.run_id, q.up_to_seq, coalesce(r.status = 'failed', false) as failed
     from recipe_runs q left join runs r on r.project_id = q.project_id and r.run_id = q.run_id
     where (q.project_id, q.run_id) in (select project_id, run_id from due)
       and q.project_id = (select project_id from due order by told_at limit 1)
     order by q.told_at for update of q`,
  );

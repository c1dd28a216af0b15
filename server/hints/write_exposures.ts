import { plainArray } from '../db/array.ts';
import type { Db } from '../db/db.ts';
import type { Exposure } from './exposure.ts';

/** Writes exposures of one project. What was written before stays as it is: a run is exposed to a hint once. */
export async function writeExposures(db: Db, projectId: string, rows: readonly Exposure[]): Promise<void> {
  await db.tx({ projectId }, (tx) =>
    tx.query(
      `insert into hint_exposures (project_id, run_id, hint_id, arm, exposed_at)
       select $1, run_id, hint_id, arm, exposed_at
       from unnest($2::uuid[], $3::bigint[], $4::text[], $5::timestamptz[]) as i(run_id, hint_id, arm, exposed_at)
       -- In one order, so that servers that write the same do not wait for each other in a circle.
       order by run_id, hint_id
       on conflict do nothing`,
      [
        projectId,
        plainArray(rows.map(({ run_id }) => run_id)),
        plainArray(rows.map(({ hint_id }) => hint_id)),
        plainArray(rows.map(({ arm }) => arm)),
        plainArray(rows.map(({ exposed_at }) => exposed_at.toISOString())),
      ],
    ),
  );
}

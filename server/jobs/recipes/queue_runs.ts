import type { Tx } from '../../db/db.ts';
import type { Chunk } from '../aggregate/watermark.ts';

/** Puts down whose calls arrived: runs are cut when they ended or fell silent. */
export async function queueRuns(tx: Tx, { after, upTo }: Chunk): Promise<void> {
  await tx.query(
    `insert into recipe_runs as r (project_id, run_id, told_at, told_xid)
     select project_id, run_id, max(ingested_at), max(ingested_xid) from tool_calls
     where ingested_xid > $1::xid8 and ingested_xid <= $2::xid8
     group by project_id, run_id order by project_id, run_id
     on conflict (project_id, run_id) do update set
       told_at = greatest(r.told_at, excluded.told_at), told_xid = greatest(r.told_xid, excluded.told_xid),
       pending = true`,
    [after, upTo],
  );
}

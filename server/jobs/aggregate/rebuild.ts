import type { Db, Tx } from '../../db/db.ts';
import type { JobContext } from '../job.ts';

/** What is folded from calls and events alone, what belongs to another first. */
const DERIVED = [
  { table: 'hint_stat_runs' },
  { table: 'hint_stat_tools' },
  { table: 'hint_stat_days' },
  { table: 'hint_stat_latencies' },
  { table: 'hint_stats' },
  { table: 'sending_keys' },
  { table: 'control_uses' },
  { table: 'control_requests' },
  { table: 'control_waits' },
  { table: 'control_signals' },
  // Those on recipes are the recipes job's.
  {
    table: 'hint_votes',
    where: `exists (select from hints h where h.project_id = t.project_id and h.id = t.hint_id and h.elem_sig_id is not null)`,
  },
] as const satisfies readonly { readonly table: string; readonly where?: string }[];

/**
 * Asks for all statistics to be folded anew; the next run of the aggregate job does it, or goes on with it where it was killed. Hints,
 * their versions and history, what operators decided and which forms are joined stay, and are served as they are until all is folded.
 */
export async function askRebuild(db: Db): Promise<void> {
  await db.tx('admin', (tx) =>
    tx.query(
      `insert into job_rebuilds (job, phase) values ('aggregate', 'clearing')
       on conflict (job) do update set phase = 'clearing', asked_at = now()`,
    ),
  );
}

/** What a rebuild does not count: calls and events in archives, and those that were restored from one. */
export async function notCounted(db: Db): Promise<number> {
  const [row] = await db.tx('admin', (tx) =>
    tx.query<{ rows: number }>(
      `select ((select coalesce(sum(row_ct), 0) from archives) + (select count(*) from tool_calls where ingested_xid = '0')
         + (select count(*) from events where ingested_xid = '0'))::float8 as rows`,
    ),
  );
  return row?.rows ?? 0;
}

/** Whether statistics are not whole: nothing may be concluded from them. */
export async function isRebuilding(tx: Tx): Promise<boolean> {
  return (await tx.query(`select from job_rebuilds where job = 'aggregate'`)).length > 0;
}

/** Clears the statistics, where that was asked for, and has the job read from the beginning; answers whether it is through. */
export async function clearForRebuild({ db, renew, signal }: JobContext, atMost: number): Promise<boolean> {
  const [asked] = await db.tx('admin', (tx) =>
    tx.query<{ phase: string }>(`select phase from job_rebuilds where job = 'aggregate'`),
  );
  if (asked?.phase !== 'clearing') return true;
  for (const source of DERIVED) {
    const where = 'where' in source ? source.where : 'true';
    for (let gone = 1; gone > 0; ) {
      if (signal.aborted) return false;
      gone = await db.tx('admin', (tx) => clearSome(tx, source.table, where, atMost));
      await renew();
    }
  }
  await db.tx('admin', async (tx) => {
    await tx.query(`update element_joins set report_ct = 0, voters = '{}', keys = '{}'`);
    await tx.query(`update job_watermarks set xid = '0' where job = 'aggregate'`);
    await tx.query(`update job_rebuilds set phase = 'folding' where job = 'aggregate'`);
  });
  return true;
}

async function clearSome(tx: Tx, table: string, where: string, atMost: number): Promise<number> {
  const [row] = await tx.query<{ n: number }>(
    `with gone as (
       delete from ${table} where ctid = any(array(select ctid from ${table} t where ${where} limit ${atMost})) returning 1
     )
     select count(*)::int as n from gone`,
  );
  return row?.n ?? 0;
}

/** All is folded that was there. */
export async function endRebuild(db: Db): Promise<void> {
  await db.tx('admin', (tx) => tx.query(`delete from job_rebuilds where job = 'aggregate' and phase = 'folding'`));
}

import type { Tx } from '../../db/db.ts';

export interface Chunk {
  /** Transactions after this one… */
  readonly after: string;
  /** …up to and with this one. */
  readonly upTo: string;
  readonly rows: number;
}

/** A job, and a table that it reads in the order of arrival. */
export type Reading =
  | { readonly job: 'aggregate'; readonly source: 'tool_calls' | 'events' }
  | { readonly job: 'recipes'; readonly source: 'tool_calls' | 'events' | 'hint_changes' | 'element_joins' }
  | { readonly job: 'evidence'; readonly source: 'hint_changes' }
  | { readonly job: 'uplift'; readonly source: 'tool_calls' | 'events' | 'hint_exposures' };

/** Rows read in one transaction: the embedded database answers nobody else meanwhile. */
const CHUNK_ROWS = 500;

/**
 * The next rows of `source` in the order of the transactions that wrote them, and the watermark locked until the end of
 * this transaction. Only transactions older than the oldest one still running: a later commit of an earlier one cannot
 * happen there, so no row is skipped. Undefined where there is nothing new.
 */
export async function nextChunk(tx: Tx, { job, source }: Reading, atMost = CHUNK_ROWS): Promise<Chunk | undefined> {
  await tx.query('insert into job_watermarks (job, source) values ($1, $2) on conflict (job, source) do nothing', [
    job,
    source,
  ]);
  const [watermark] = await tx.query<{ xid: string }>(
    `select xid::text as xid from job_watermarks where job = $1 and source = $2 for update`,
    [job, source],
  );
  const after = watermark?.xid ?? '0';
  // A transaction is folded whole: the bound is the id of the chunk's last row, and all rows with that id belong to it.
  const [bound] = await tx.query<{ up_to: string | null; rows: number }>(
    `select max(ingested_xid)::text as up_to, count(*)::int as rows from (
       select ingested_xid from ${source}
       where ingested_xid > $1::xid8 and ingested_xid < pg_snapshot_xmin(pg_current_snapshot())
       order by ingested_xid limit ${atMost}
     ) as chunk`,
    [after],
  );
  return bound?.up_to ? { after, upTo: bound.up_to, rows: bound.rows } : undefined;
}

/** Moves the watermark; to be called in the transaction that folded the chunk. */
export async function finishChunk(tx: Tx, { job, source }: Reading, chunk: Chunk): Promise<void> {
  await tx.query(`update job_watermarks set xid = $3::xid8 where job = $1 and source = $2`, [job, source, chunk.upTo]);
}

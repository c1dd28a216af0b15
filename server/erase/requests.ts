import type { EraseReceipt } from '../../shared/protocol/answers.ts';
import type { EraseRequest } from '../../shared/protocol/schema.ts';
import type { Db, Tx } from '../db/db.ts';
import type { ErasedRows } from './erased.ts';

/** A row of erase_requests that is not finished. */
export interface OpenRequest {
  readonly project_id: string;
  readonly erase_id: string;
  readonly session_id: string | null;
  readonly user_hash: string | null;
  readonly domain: string | null;
}

interface RequestRow extends OpenRequest {
  readonly requested_at: Date;
  readonly started_at: Date | null;
  readonly finished_at: Date | null;
  readonly row_cts: ErasedRows;
  readonly archived_ct: number;
  readonly blob_ct: number;
  readonly error: string | null;
}

/** Puts an erasure on record for the job that carries it out. The same one that nobody has begun is answered again. */
export async function requestErasure(db: Db, projectId: string, subject: EraseRequest): Promise<EraseReceipt> {
  const { session_id, user_hash, domain } = { ...NOBODY, ...subject };
  const row = await db.tx({ projectId }, async (tx) => {
    const params = [projectId, session_id, user_hash, domain];
    for (;;) {
      const [made] = await tx.query<RequestRow>(
        `insert into erase_requests (project_id, session_id, user_hash, domain) values ($1, $2, $3, $4)
         on conflict (project_id, session_id, user_hash, domain) where started_at is null do nothing returning *`,
        params,
      );
      if (made) return made;
      const [waiting] = await tx.query<RequestRow>(
        `select * from erase_requests where project_id = $1 and session_id is not distinct from $2
           and user_hash is not distinct from $3 and domain is not distinct from $4 and started_at is null`,
        params,
      );
      if (waiting) return waiting;
    }
  });
  return receiptOf(row);
}

/** Undefined where the project has no such request. */
export async function readReceipt(db: Db, projectId: string, eraseId: string): Promise<EraseReceipt | undefined> {
  const [row] = await db.tx({ projectId }, (tx) =>
    tx.query<RequestRow>('select * from erase_requests where project_id = $1 and erase_id = $2', [projectId, eraseId]),
  );
  return row && receiptOf(row);
}

/** The requests that are not finished, oldest first. */
export const openRequests = (tx: Tx): Promise<OpenRequest[]> =>
  tx.query(
    `select project_id, erase_id, session_id, user_hash, domain from erase_requests where finished_at is null
     order by requested_at`,
  );

const NOBODY = { session_id: null, user_hash: null, domain: null };

function receiptOf(row: RequestRow): EraseReceipt {
  const { session_id, user_hash, domain, started_at, finished_at } = row;
  return {
    erase_id: row.erase_id,
    subject: subjectOf(session_id, user_hash, domain ?? ''),
    status: finished_at ? 'finished' : started_at ? 'running' : 'waiting',
    requested_at: row.requested_at.toISOString(),
    finished_at: finished_at?.toISOString() ?? null,
    rows: row.row_cts,
    archived_rows: row.archived_ct,
    blobs: row.blob_ct,
    error: row.error,
  };
}

function subjectOf(session_id: string | null, user_hash: string | null, domain: string): EraseRequest {
  if (session_id !== null) return { session_id };
  return user_hash !== null ? { user_hash } : { domain };
}

import type { Db } from '../db/db.ts';
import { type IngestDeps, ingest } from '../ingest/ingest.ts';

export interface Refused {
  readonly line: number;
  readonly code: string;
  readonly reason: string;
  /** As it stood in the file. */
  readonly text: string;
}

export interface Backfill {
  readonly projectId: string;
  /** Names the file: a second run of the same goes on where the first one stopped. */
  readonly source: string;
  readonly lines: AsyncIterable<string>;
  /** Before the lines that it is about leave the staging table: after a kill it may be told again. */
  readonly onRefused: (refused: readonly Refused[]) => Promise<void>;
  readonly onProgress: (progress: Progress) => void;
}

export interface Progress {
  readonly read: number;
  readonly accepted: number;
  readonly duplicate: number;
  readonly refused: number;
}

/** Lines staged, and lines moved on, in one transaction. */
const STAGE_LINES = 2000;
/** Characters of the lines that are held in memory at a time, at about. */
const STAGE_CHARS = 8_000_000;
const MOVE_LINES = 500;

/**
 * Loads a file of JSON lines, items as `POST /v1/ingest` takes them: into a staging table first, from there as ingest
 * does, which validates and upserts. It may be killed anywhere and run again.
 */
export async function backfill(deps: IngestDeps, job: Backfill): Promise<Progress> {
  const read = await stage(deps.db, job);
  let progress: Progress = { read, accepted: 0, duplicate: 0, refused: 0 };
  for (;;) {
    const staged = await nextStaged(deps.db, job);
    const last = staged.at(-1);
    if (!last) return progress;
    const moved = await move(deps, job, staged);
    if (moved.refused.length) await job.onRefused(moved.refused);
    await deps.db.tx('admin', (tx) =>
      tx.query('delete from backfill_lines where project_id = $1 and source = $2 and line_no <= $3', [
        job.projectId,
        job.source,
        last.line_no,
      ]),
    );
    progress = {
      read,
      accepted: progress.accepted + moved.accepted,
      duplicate: progress.duplicate + moved.duplicate,
      refused: progress.refused + moved.refused.length,
    };
    job.onProgress(progress);
  }
}

interface Staged {
  readonly line_no: number;
  readonly line: string;
}

/** Reads on from the line after those that an earlier run has staged; answers how many there are. */
async function stage(db: Db, { projectId, source, lines }: Backfill): Promise<number> {
  const [known] = await db.tx('admin', (tx) =>
    tx.query<{ line_ct: number }>(
      'select line_ct::float8 as line_ct from backfill_files where project_id = $1 and source = $2',
      [projectId, source],
    ),
  );
  const skip = known?.line_ct ?? 0;
  let at = 0;
  let chunk: Staged[] = [];
  let chars = 0;
  const flush = async () => {
    if (chunk.length === 0) return;
    await insertStaged(db, projectId, source, chunk, at);
    chunk = [];
    chars = 0;
  };
  for await (const line of lines) {
    at++;
    if (at <= skip) continue;
    // Postgres takes no U+0000 in text; where one stands in JSON it is escaped, so this line is refused anyway.
    if (line.trim()) chunk.push({ line_no: at, line: line.replaceAll('\0', '\\0') });
    chars += line.length;
    if (chunk.length === STAGE_LINES || chars > STAGE_CHARS) await flush();
  }
  await flush();
  return at;
}

const insertStaged = (db: Db, projectId: string, source: string, chunk: readonly Staged[], upTo: number) =>
  db.tx('admin', async (tx) => {
    await tx.query(
      `insert into backfill_lines (project_id, source, line_no, line)
       select $1, $2, line_no, line from jsonb_to_recordset($3::jsonb) as i(line_no bigint, line text)
       on conflict do nothing`,
      [projectId, source, JSON.stringify(chunk)],
    );
    await tx.query(
      `insert into backfill_files (project_id, source, line_ct) values ($1, $2, $3)
       on conflict (project_id, source) do update set line_ct = excluded.line_ct`,
      [projectId, source, upTo],
    );
  });

const nextStaged = (db: Db, { projectId, source }: Backfill): Promise<Staged[]> =>
  db.tx('admin', (tx) =>
    tx.query<Staged>(
      `select line_no::float8 as line_no, line from backfill_lines where project_id = $1 and source = $2
       order by line_no limit ${MOVE_LINES}`,
      [projectId, source],
    ),
  );

async function move(deps: IngestDeps, { projectId }: Backfill, staged: readonly Staged[]) {
  const refused: Refused[] = [];
  const from = staged.filter((each) => {
    if (isJson(each.line)) return true;
    refused.push({ line: each.line_no, code: 'invalid_json', reason: 'the line is no JSON', text: each.line });
    return false;
  });
  const { response } = await ingest(deps, { projectId }, () => from.map(({ line }): unknown => JSON.parse(line)));
  const { accepted, duplicate, results } = response;
  for (const { index, status, code = '', reason = '' } of results) {
    const origin = from[index];
    if (status === 'rejected' && origin) refused.push({ line: origin.line_no, code, reason, text: origin.line });
  }
  return { accepted, duplicate, refused: refused.sort((a, b) => a.line - b.line) };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

import type { Db } from '../db/db.ts';
import { DEFAULT_PROJECT } from '../entry/bootstrap.ts';
import { UsageError } from '../errors.ts';
import { type Call, textOption } from './command.ts';

/** Id of the project that --project names. Throws `UsageError` where there is none. */
export async function projectOption(call: Call, db: Db): Promise<string> {
  const name = textOption(call, 'project') ?? DEFAULT_PROJECT;
  const [row] = await db.tx('admin', (tx) =>
    tx.query<{ project_id: string }>('select project_id from projects where name = $1', [name]),
  );
  if (!row) throw new UsageError(`there is no project ${JSON.stringify(name)}`);
  return row.project_id;
}

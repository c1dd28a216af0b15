import type { Db } from '../db/db.ts';
import { UsageError } from '../errors.ts';

export interface ProjectRow {
  readonly project_id: string;
  readonly name: string;
  readonly created_at: Date;
  /** Keys in force. */
  readonly keys: number;
}

/** Makes a project and answers its id. Throws `UsageError` where there is one of that name. */
export function createProject(db: Db, name: string): Promise<string> {
  return db.tx('admin', async (tx) => {
    const [made] = await tx.query<{ project_id: string }>(
      'insert into projects (name) values ($1) on conflict (name) do nothing returning project_id',
      [name],
    );
    if (!made) throw new UsageError(`there is a project ${JSON.stringify(name)} already`);
    return made.project_id;
  });
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The project of that name or id. One that is gone may be named by its id. Throws `UsageError` where there is none. */
export async function findProject(db: Db, nameOrId: string): Promise<{ project_id: string; name: string | null }> {
  const [found] = await db.tx('admin', (tx) =>
    tx.query<{ project_id: string; name: string }>(
      'select project_id, name from projects where name = $1 or project_id::text = lower($1) order by name <> $1',
      [nameOrId],
    ),
  );
  if (found) return found;
  if (UUID.test(nameOrId)) return { project_id: nameOrId.toLowerCase(), name: null };
  throw new UsageError(`there is no project ${JSON.stringify(nameOrId)}`);
}

export const projectIds = (db: Db): Promise<string[]> =>
  db.tx('admin', async (tx) => {
    const rows = await tx.query<{ project_id: string }>('select project_id from projects order by project_id');
    return rows.map((row) => row.project_id);
  });

export function listProjects(db: Db): Promise<ProjectRow[]> {
  return db.tx('admin', (tx) =>
    tx.query<ProjectRow>(
      `select p.project_id, p.name, p.created_at,
         (select count(*)::int from api_keys k where k.project_id = p.project_id and k.revoked_at is null) as keys
       from projects p order by p.name`,
    ),
  );
}

import type { Db, Tx } from '../db/db.ts';
import { UsageError } from '../errors.ts';
import { type KeyKind, mintKey } from './key.ts';

export interface KeyRow {
  readonly key_id: string;
  readonly project: string;
  readonly kind: KeyKind;
  readonly name: string;
  readonly display: string;
  readonly created_at: Date;
  readonly last_used_at: Date | null;
  readonly revoked_at: Date | null;
}

/** Makes a key for the project of that id and answers it: the only time that it is seen. */
export async function insertKey(tx: Tx, projectId: string, kind: KeyKind, name: string): Promise<string> {
  const { key, hash, display } = mintKey(kind);
  await tx.query('insert into api_keys (project_id, kind, name, key_hash, display) values ($1, $2, $3, $4, $5)', [
    projectId,
    kind,
    name,
    hash,
    display,
  ]);
  return key;
}

/** As `insertKey`, for the project of that name. Throws `UsageError` where there is none. */
export function createKey(db: Db, project: string, kind: KeyKind, name: string): Promise<string> {
  return db.tx('admin', async (tx) => {
    const [found] = await tx.query<{ project_id: string }>('select project_id from projects where name = $1', [
      project,
    ]);
    if (!found) throw new UsageError(`there is no project ${JSON.stringify(project)}`);
    return insertKey(tx, found.project_id, kind, name);
  });
}

export function listKeys(db: Db): Promise<KeyRow[]> {
  return db.tx('admin', (tx) =>
    tx.query<KeyRow>(
      `select k.key_id, p.name as project, k.kind, k.name, k.display, k.created_at, k.last_used_at, k.revoked_at
       from api_keys k join projects p using (project_id) order by p.name, k.created_at`,
    ),
  );
}

/** Revokes the key with that id or beginning. Throws `UsageError` where no key, or more than one, is meant. */
export function revokeKey(db: Db, idOrDisplay: string): Promise<KeyRow> {
  return db.tx('admin', async (tx) => {
    const found = await tx.query<KeyRow>(
      `select k.key_id, p.name as project, k.kind, k.name, k.display, k.created_at, k.last_used_at, k.revoked_at
       from api_keys k join projects p using (project_id)
       where (k.key_id::text = $1 or k.display = $1) and k.revoked_at is null`,
      [idOrDisplay],
    );
    const [key, other] = found;
    if (!key) throw new UsageError(`no key in force has the id or beginning ${JSON.stringify(idOrDisplay)}`);
    if (other) throw new UsageError(`more than one key begins with ${idOrDisplay}: revoke by key id`);
    await tx.query('update api_keys set revoked_at = now() where key_id = $1', [key.key_id]);
    return key;
  });
}

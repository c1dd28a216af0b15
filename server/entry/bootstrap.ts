import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { insertKey } from '../auth/manage_keys.ts';
import type { Db, Tx } from '../db/db.ts';
import { sha256Hex } from '../sha256.ts';

export interface Bootstrap {
  /** Only at the first start of a database: nobody can read it again. */
  readonly secretKey: string | undefined;
  /** For the extension; undefined where nobody asked for one. */
  readonly publishableKey: string | undefined;
  /** Whose the publishable key is. */
  readonly projectId: string | undefined;
}

export const DEFAULT_PROJECT = 'default';

/**
 * Makes the first project with its keys, and sees to it that the publishable key of local.json is in force where an
 * extension needs one. Any number of servers may do it at once.
 */
export async function bootstrap(db: Db, dataDir: string, needsPublishable: boolean): Promise<Bootstrap> {
  const remembered = await readLocal(dataDir);
  const opened = await db.tx('admin', async (tx) => {
    await tx.query(`select pg_advisory_xact_lock(hashtext('laskobot_bootstrap'))`);
    const made = await makeProject(tx);
    const validFor = remembered && (await projectOf(tx, remembered));
    if (validFor || !(made || needsPublishable))
      return { secretKey: made?.secretKey, publishableKey: validFor && remembered, projectId: validFor };
    const projectId = made?.projectId ?? (await anyProject(tx));
    return {
      secretKey: made?.secretKey,
      publishableKey: await insertKey(tx, projectId, 'publishable', 'extension'),
      projectId,
    };
  });
  if (opened.publishableKey && opened.publishableKey !== remembered) await writeLocal(dataDir, opened.publishableKey);
  return opened;
}

async function makeProject(tx: Tx): Promise<{ projectId: string; secretKey: string } | undefined> {
  const [made] = await tx.query<{ project_id: string }>(
    'insert into projects (name) select $1 where not exists (select from projects) returning project_id',
    [DEFAULT_PROJECT],
  );
  if (!made) return undefined;
  return { projectId: made.project_id, secretKey: await insertKey(tx, made.project_id, 'secret', 'first start') };
}

/** The default project, or where it was renamed the oldest. */
async function anyProject(tx: Tx): Promise<string> {
  const [row] = await tx.query<{ project_id: string }>(
    'select project_id from projects order by name <> $1, created_at limit 1',
    [DEFAULT_PROJECT],
  );
  return row?.project_id ?? '';
}

/** The project that a key opens; undefined where it is not in force. */
async function projectOf(tx: Tx, key: string): Promise<string | undefined> {
  const [row] = await tx.query<{ project_id: string }>(
    'select project_id from api_keys where key_hash = $1 and revoked_at is null',
    [sha256Hex(key)],
  );
  return row?.project_id;
}

const localFile = (dataDir: string): string => join(dataDir, 'local.json');

async function readLocal(dataDir: string): Promise<string | undefined> {
  try {
    const local: unknown = JSON.parse(await readFile(localFile(dataDir), 'utf8'));
    const key = typeof local === 'object' && local !== null && 'publishable_key' in local ? local.publishable_key : '';
    return typeof key === 'string' && key ? key : undefined;
  } catch {
    return undefined;
  }
}

async function writeLocal(dataDir: string, publishableKey: string): Promise<void> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const draft = `${localFile(dataDir)}.${crypto.randomUUID()}`;
  await writeFile(draft, JSON.stringify({ publishable_key: publishableKey }), { mode: 0o600 });
  await rename(draft, localFile(dataDir));
}

import type { RecipeData } from '../../../shared/protocol/schema.ts';
import { gzip } from '../../retention/gzip.ts';
import { sha256OfBytes } from '../../sha256.ts';
import { StorageUnavailable } from '../../storage/storage.ts';
import type { StoredBlobs } from '../../storage/stored_blobs.ts';

/** Where the whole of hints lies that are told shortened: `{project}/hint/{recipe}-{version}-{sha256}.json.gz`. */
export const HINT_BUCKET = 'logs';
export const hintFolder = (projectId: string): string => `${projectId}/hint`;

/**
 * Writes what a shortened hint leaves out; answers where, `{bucket}/{path}`. Null where nothing is left out, and where Storage does
 * not answer: the hint goes without, and the next time it is looked at this is tried again.
 */
export async function writeWhole(
  storage: StoredBlobs | undefined,
  projectId: string,
  version: number,
  whole: RecipeData,
  { shortened }: RecipeData,
): Promise<string | null> {
  if (!storage || !shortened) return null;
  const bytes = await gzip(JSON.stringify(whole));
  const path = `${hintFolder(projectId)}/${whole.recipe}-${version}-${await sha256OfBytes(bytes)}.json.gz`;
  try {
    await storage.write(HINT_BUCKET, path, bytes);
    return `${HINT_BUCKET}/${path}`;
  } catch (error) {
    if (error instanceof StorageUnavailable) return null;
    throw error;
  }
}

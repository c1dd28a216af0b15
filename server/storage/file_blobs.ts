import { createReadStream, createWriteStream } from 'node:fs';
import { link, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { atMost } from '../http/at_most.ts';
import type { BlobInfo, Blobs } from './blobs.ts';
import { StorageUnavailable } from './storage.ts';

class TooLarge extends Error {}

/** No space, over quota, beyond the file-size limit. */
const FULL = ['ENOSPC', 'EDQUOT', 'EFBIG'];

/** Blobs as files below `root`. */
export function openFileBlobs(root: string): Blobs {
  const fileOf = (bucket: string, path: string) => join(root, bucket, path);

  async function info(bucket: string, path: string): Promise<BlobInfo | undefined> {
    const found = await stat(fileOf(bucket, path)).catch(ignoreMissing);
    return found?.isFile() ? { path, size: found.size, modified: found.mtime } : undefined;
  }

  return {
    info,
    async put(bucket, path, body, { maxBytes, upsert }) {
      const file = fileOf(bucket, path);
      const draft = join(root, '.drafts', crypto.randomUUID());
      try {
        await mkdir(dirname(draft), { recursive: true, mode: 0o700 });
        const bounded = body.pipeThrough(atMost(maxBytes, () => new TooLarge()));
        await pipeline(Readable.fromWeb(bounded as never), createWriteStream(draft, { mode: 0o600, flush: true }));
        await mkdir(dirname(file), { recursive: true, mode: 0o700 });
        // A link fails where the name is taken; a rename replaces.
        if (upsert) await rename(draft, file);
        else await link(draft, file);
        return { done: true };
      } catch (error) {
        if (error instanceof TooLarge) return { done: false, why: 'too_large' };
        if (isCode(error, 'EEXIST')) return { done: false, why: 'exists' };
        if (FULL.some((code) => isCode(error, code)))
          throw new StorageUnavailable('the disk is full', { cause: error });
        throw error;
      } finally {
        await rm(draft, { force: true });
      }
    },
    read: (bucket, path) => Readable.toWeb(createReadStream(fileOf(bucket, path))) as never,
    async list(bucket, folder) {
      const entries = await readdir(fileOf(bucket, folder), { withFileTypes: true }).catch(ignoreMissing);
      return Promise.all(
        (entries ?? []).map(async ({ name }) => ({
          name,
          info: await info(bucket, folder ? `${folder}/${name}` : name),
        })),
      );
    },
    remove: (bucket, path) =>
      rm(fileOf(bucket, path)).then(
        () => true,
        (error) => {
          ignoreMissing(error);
          return false;
        },
      ),
  };
}

const isCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;

function ignoreMissing(error: unknown): undefined {
  if (isCode(error, 'ENOENT') || isCode(error, 'ENOTDIR')) return undefined;
  throw error;
}

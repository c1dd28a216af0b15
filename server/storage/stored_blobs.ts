import { MAX_ARTIFACT_BYTES } from '../../shared/protocol/limits.ts';
import type { Blobs } from './blobs.ts';

export interface StoredBlob {
  readonly path: string;
  readonly modified: Date;
}

/** The bytes in Storage as jobs see them. Every method throws `StorageUnavailable` where it does not answer. */
export interface StoredBlobs {
  /** Undefined where there is nothing. */
  read(bucket: string, path: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** Complete or not at all; replaces what is there. */
  write(bucket: string, path: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** What is not there is passed over. */
  remove(bucket: string, paths: readonly string[]): Promise<void>;
  /** The blobs directly in a folder. */
  list(bucket: string, folder: string): Promise<readonly StoredBlob[]>;
}

/** Paths in a folder of what was last written before that time, in ms since 1970. */
export async function blobsBefore(
  storage: StoredBlobs,
  bucket: string,
  folder: string,
  before: number,
): Promise<string[]> {
  const blobs = await storage.list(bucket, folder);
  return blobs.filter((blob) => blob.modified.getTime() < before).map((blob) => blob.path);
}

export function storedInFolder(blobs: Blobs): StoredBlobs {
  return {
    async read(bucket, path) {
      if (!(await blobs.info(bucket, path))) return undefined;
      return new Uint8Array(await new Response(blobs.read(bucket, path)).arrayBuffer());
    },
    async write(bucket, path, bytes) {
      const put = await blobs.put(bucket, path, new Blob([bytes]).stream(), {
        maxBytes: MAX_ARTIFACT_BYTES,
        upsert: true,
      });
      if (!put.done) throw new Error(`${bucket}/${path} was not written: ${put.why}`);
    },
    async remove(bucket, paths) {
      for (const path of paths) await blobs.remove(bucket, path);
    },
    async list(bucket, folder) {
      const entries = await blobs.list(bucket, folder);
      return entries.flatMap(({ info }) => (info ? [{ path: info.path, modified: info.modified }] : []));
    },
  };
}

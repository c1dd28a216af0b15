import type { StoredBlobs } from '../storage/stored_blobs.ts';

export interface MemoryBlobs extends StoredBlobs {
  /** `{bucket}/{path}` of all. */
  paths(): string[];
  /** Puts text there, modified at that time. */
  put(storagePath: string, text: string, modified?: Date): void;
}

export function memoryBlobs(): MemoryBlobs {
  const blobs = new Map<string, { bytes: Uint8Array<ArrayBuffer>; modified: Date }>();
  return {
    paths: () => [...blobs.keys()].sort(),
    put: (storagePath, text, modified = new Date()) => {
      blobs.set(storagePath, { bytes: new TextEncoder().encode(text), modified });
    },
    read: async (bucket, path) => blobs.get(`${bucket}/${path}`)?.bytes,
    async write(bucket, path, bytes) {
      blobs.set(`${bucket}/${path}`, { bytes, modified: new Date() });
    },
    async remove(bucket, paths) {
      for (const path of paths) blobs.delete(`${bucket}/${path}`);
    },
    list: async (bucket, folder) =>
      [...blobs].flatMap(([storagePath, { modified }]) => {
        const path = storagePath.slice(bucket.length + 1);
        const within = storagePath.startsWith(`${bucket}/${folder}/`) && !path.slice(folder.length + 1).includes('/');
        return within ? [{ path, modified }] : [];
      }),
  };
}

import { contentType } from './content_type.ts';
import type { StoredBlob, StoredBlobs } from './stored_blobs.ts';
import { codeOf, type SupabaseOptions, storageClient, unavailable } from './supabase.ts';

/** As many names as one request lists or removes. */
const PAGE = 1000;

export function storedInSupabase(options: SupabaseOptions): StoredBlobs {
  const client = storageClient(options);
  return {
    async read(bucket, path) {
      const { data, error } = await client.from(bucket).download(path);
      if (!error) return new Uint8Array(await data.arrayBuffer());
      // A download tells its status, and nothing else.
      const known = await client.from(bucket).info(path);
      if (known.error && codeOf(known.error) === 404) return undefined;
      throw unavailable(error);
    },
    async write(bucket, path, bytes) {
      const { error } = await client.from(bucket).upload(path, bytes, { upsert: true, contentType: contentType(path) });
      if (error) throw unavailable(error);
    },
    async remove(bucket, paths) {
      for (let at = 0; at < paths.length; at += PAGE) {
        const { error } = await client.from(bucket).remove(paths.slice(at, at + PAGE));
        if (error) throw unavailable(error);
      }
    },
    async list(bucket, folder) {
      const blobs: StoredBlob[] = [];
      for (let offset = 0; ; offset += PAGE) {
        const { data, error } = await client
          .from(bucket)
          .list(folder, { limit: PAGE, offset, sortBy: { column: 'name', order: 'asc' } });
        if (error) throw unavailable(error);
        for (const { name, id, metadata } of data) {
          // What has no id is a folder.
          if (id) blobs.push({ path: `${folder}/${name}`, modified: new Date(metadata?.lastModified ?? 0) });
        }
        if (data.length < PAGE) return blobs;
      }
    },
  };
}

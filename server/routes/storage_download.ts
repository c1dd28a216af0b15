import type { BlobInfo, Blobs } from '../storage/blobs.ts';
import { contentType } from '../storage/content_type.ts';
import { StorageWireError } from './storage_error.ts';

/** A blob as an answer. */
export async function download(blobs: Blobs, bucket: string, path: string): Promise<Response> {
  const info = await blobs.info(bucket, path);
  if (!info) throw new StorageWireError('NoSuchKey');
  return new Response(blobs.read(bucket, path), {
    headers: {
      'content-type': contentType(path),
      'content-length': String(info.size),
      // A recorded page must not run as a page of this origin.
      'content-security-policy': "sandbox; default-src 'none'",
      'content-disposition': 'attachment',
    },
  });
}

/** As `list` of Supabase tells a file. */
export const metadata = (info: BlobInfo) => ({
  size: info.size,
  mimetype: contentType(info.path),
  lastModified: info.modified.toISOString(),
});

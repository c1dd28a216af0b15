import { type ArtifactExt, CONTENT_TYPES } from '../artifacts/place.ts';
import type { BlobInfo, Blobs } from '../storage/blobs.ts';
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

/** By the ending, which is of a closed list. */
export function contentType(path: string): string {
  const ext = path.slice(path.lastIndexOf('/') + 1).replace(/^[^.]*\./, '');
  return CONTENT_TYPES[ext as ArtifactExt] ?? 'application/octet-stream';
}

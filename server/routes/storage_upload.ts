import { atMost } from '../http/at_most.ts';
import { StorageWireError } from './storage_error.ts';

/** What a multipart body may hold beside its file, in bytes. */
export const MULTIPART_SLACK = 64 * 1024;

/** The bytes of an upload. supabase-js sends a Blob as the unnamed field of a form, everything else as it is. */
export async function uploadedBytes(
  request: Request,
  maxBytes: number,
): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
  const empty = new Blob([]).stream();
  if (!request.headers.get('content-type')?.startsWith('multipart/form-data')) return request.body ?? empty;
  const bounded = request.body?.pipeThrough(
    atMost(maxBytes + MULTIPART_SLACK, () => new StorageWireError('EntityTooLarge')),
  );
  const headers = { 'content-type': request.headers.get('content-type') ?? '' };
  const form = await new Response(bounded ?? empty, { headers }).formData().catch((error: unknown) => {
    throw error instanceof StorageWireError ? error : new StorageWireError('InvalidRequest');
  });
  for (const value of form.values()) if (value instanceof Blob) return value.stream();
  throw new StorageWireError('InvalidRequest');
}

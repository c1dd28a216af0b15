import type { Blobs } from './blobs.ts';
import type { ArtifactStorage } from './storage.ts';
import type { Tokens } from './token.ts';

/** How long an upload may be put off, as with Supabase. */
export const UPLOAD_TOKEN_MS = 2 * 3600 * 1000;

/** Storage in a folder of this server, reached through its own `/storage/v1`. */
export function createFolderStorage(blobs: Blobs, tokens: Tokens, now: () => number): ArtifactStorage {
  return {
    url: undefined,
    prepare: async () => {},
    sizeOf: async (bucket, path) => (await blobs.info(bucket, path))?.size,
    signUpload: (bucket, path, maxBytes) =>
      tokens.sign({ op: 'upload', bucket, path, maxBytes, expires: now() + UPLOAD_TOKEN_MS }),
  };
}

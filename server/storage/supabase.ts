import { isStorageError, StorageApiError, StorageClient } from '@supabase/storage-js';
import { MAX_ARTIFACT_BYTES } from '../../shared/protocol/limits.ts';
import { BUCKETS, CONTENT_TYPES } from '../artifacts/place.ts';
import { type ArtifactStorage, StorageUnavailable } from './storage.ts';

export interface SupabaseOptions {
  /** Of the project, without a trailing slash. */
  readonly url: string;
  readonly secretKey: string;
  /** How long an answer is waited for, in ms. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 15_000;

/** A client that gives up: storage-js waits for ever. StorageClient alone, because createClient opens realtime and auth. */
export const storageClient = ({ url, secretKey, timeoutMs = TIMEOUT_MS }: SupabaseOptions): StorageClient =>
  new StorageClient(`${url}/storage/v1`, { apikey: secretKey, authorization: `Bearer ${secretKey}` }, (input, init) =>
    fetch(input, { ...init, signal: AbortSignal.timeout(timeoutMs) }),
  );

const BUCKET_OPTIONS = {
  public: false,
  fileSizeLimit: MAX_ARTIFACT_BYTES,
  allowedMimeTypes: [...new Set(Object.values(CONTENT_TYPES))],
};

export function openSupabaseStorage(options: SupabaseOptions): ArtifactStorage {
  const client = storageClient(options);
  return {
    url: `${options.url}/storage/v1`,
    async prepare() {
      for (const bucket of BUCKETS) {
        const { error } = await client.createBucket(bucket, BUCKET_OPTIONS);
        if (error && codeOf(error) !== 409) throw unavailable(error);
      }
    },
    async sizeOf(bucket, path) {
      const { data, error } = await client.from(bucket).info(path);
      if (!error) return data.size;
      if (codeOf(error) === 404) return undefined;
      throw unavailable(error);
    },
    async signUpload(bucket, path) {
      const { data, error } = await client.from(bucket).createSignedUploadUrl(path);
      if (error) throw unavailable(error);
      return data.token;
    },
  };
}

/** Storage answers most errors with HTTP 400 and the real status as a string in the body. */
export const codeOf = (error: unknown): number | undefined =>
  error instanceof StorageApiError ? Number(error.statusCode) || error.status : undefined;

export const unavailable = (error: unknown): StorageUnavailable =>
  new StorageUnavailable(isStorageError(error) ? error.message : 'storage does not answer', { cause: error });

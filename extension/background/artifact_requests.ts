import { StorageClient } from '@supabase/storage-js';
import { retryAfterOf } from '../../shared/client/backoff.ts';
import type { Endpoint } from '../../shared/client/endpoint.ts';
import type { SignedArtifact, SignResponse } from '../../shared/protocol/schema.ts';
import type { ArtifactContent, StoredArtifact } from './database.ts';

const SIGN_TIMEOUT_MS = 15_000;
/** 50 MB at 4 Mbit/s. */
const UPLOAD_TIMEOUT_MS = 100_000;

export type Made = StoredArtifact & { readonly content: ArtifactContent };

/** No `status`: nobody answered. */
export interface NotDone {
  readonly status?: number | undefined;
  /** What the answer asked to wait, in ms. */
  readonly retry_after_ms?: number | undefined;
}

/** Asks where to put each. */
export async function sign(
  endpoint: Endpoint,
  waiting: readonly Made[],
  now: number,
): Promise<{ readonly answer: SignResponse } | { readonly failed: NotDone }> {
  try {
    const response = await fetch(`${endpoint.server_url}/v1/artifacts/sign`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${endpoint.key}` },
      body: JSON.stringify({
        artifacts: waiting.map(({ type, content: { content_hash, ext, bytes } }) => ({
          type,
          content_hash,
          ext,
          size: bytes.byteLength,
        })),
      }),
      signal: AbortSignal.timeout(SIGN_TIMEOUT_MS),
    });
    if (!response.ok) return { failed: { status: response.status, retry_after_ms: retryAfterOf(response, now) } };
    return { answer: (await response.json()) as SignResponse };
  } catch {
    return { failed: {} };
  }
}

/** Uploads the bytes. There already is as good as stored: the key is their hash. */
export async function upload(
  storageUrl: string,
  signed: SignedArtifact,
  content: ArtifactContent,
  now: number,
): Promise<'stored' | NotDone> {
  if (signed.status === 'exists') return 'stored';
  if (!signed.bucket || !signed.path || !signed.token) return {};
  let retry_after_ms: number | undefined;
  // The storage's client tells its errors without the answer's headers.
  const watchedFetch: typeof fetch = async (input, init) => {
    const response = await fetch(input, { ...init, signal: AbortSignal.timeout(UPLOAD_TIMEOUT_MS) });
    if (!response.ok) retry_after_ms = retryAfterOf(response, now);
    return response;
  };
  try {
    const { error } = await new StorageClient(storageUrl, {}, watchedFetch)
      .from(signed.bucket)
      .uploadToSignedUrl(signed.path, signed.token, content.bytes, {
        contentType: signed.content_type ?? 'application/octet-stream',
      });
    if (!error) return 'stored';
    const { statusCode } = error as { statusCode?: string };
    if (statusCode === '409') return 'stored';
    return { status: statusCode === undefined ? undefined : Number(statusCode), retry_after_ms };
  } catch {
    return { retry_after_ms };
  }
}

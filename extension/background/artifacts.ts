import { StorageClient } from '@supabase/storage-js';
import { backoffMs, retryAfterOf } from '../../shared/client/backoff.ts';
import type { Endpoint } from '../../shared/client/endpoint.ts';
import { MAX_SIGN_ITEMS } from '../../shared/protocol/limits.ts';
import type { SignedArtifact, SignResponse } from '../../shared/protocol/schema.ts';
import type { ArtifactFailure } from './artifact_store.ts';
import type { ArtifactContent, StoredArtifact } from './database.ts';
import type { OutboxDatabase } from './outbox_store.ts';

/** Refusals of the storage after which the call goes without its artifact. No answer is no refusal. */
const MAX_REFUSALS = 8;
/** Longest that an artifact is tried, in ms: retention would soon take its call. */
const GIVE_UP_MS = 7 * 24 * 3600_000;
/** Longest that a call waits for its artifacts, in ms; later they are linked to it by telling it again. */
export const HOLD_MS = 60_000;
const SIGN_TIMEOUT_MS = 15_000;
/** 50 MB at 4 Mbit/s. */
const UPLOAD_TIMEOUT_MS = 100_000;
/** Bytes in memory at a time. */
const BATCH_BYTES = 8 * 1024 * 1024;

export interface ArtifactDeps {
  readonly outbox: OutboxDatabase;
  readonly endpoint: () => Promise<Endpoint | undefined>;
  readonly now: () => number;
  readonly random: () => number;
}

type Waiting = StoredArtifact & { readonly content: ArtifactContent };
type Signed = { readonly answer: SignResponse } | { readonly retry_after_ms: number | undefined };
type Uploaded = 'stored' | { readonly refused: string | undefined };

async function sign(endpoint: Endpoint, waiting: readonly Waiting[], now: number): Promise<Signed> {
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
    if (!response.ok) return { retry_after_ms: retryAfterOf(response, now) };
    return { answer: (await response.json()) as SignResponse };
  } catch {
    return { retry_after_ms: undefined };
  }
}

const timedFetch: typeof fetch = (input, init) =>
  fetch(input, { ...init, signal: AbortSignal.timeout(UPLOAD_TIMEOUT_MS) });

/** Uploads the bytes. There already is as good as stored: the key is their hash. */
async function upload(storageUrl: string, signed: SignedArtifact, content: ArtifactContent): Promise<Uploaded> {
  if (signed.status === 'exists') return 'stored';
  if (!signed.bucket || !signed.path || !signed.token) return { refused: undefined };
  const { error } = await new StorageClient(storageUrl, {}, timedFetch)
    .from(signed.bucket)
    .uploadToSignedUrl(signed.path, signed.token, content.bytes, {
      contentType: signed.content_type ?? 'application/octet-stream',
    });
  if (!error) return 'stored';
  const { statusCode } = error as { statusCode?: string };
  return statusCode === '409' ? 'stored' : { refused: statusCode };
}

/** Codes of the storage that speak of the artifact, not of the moment. */
const isRefusal = (statusCode: string | undefined): boolean =>
  statusCode !== undefined && /^4/.test(statusCode) && statusCode !== '408' && statusCode !== '429';

/** Signs what waits in one request and uploads it. Returns whether anything was finished. */
export async function uploadArtifacts({ outbox, endpoint, now, random }: ArtifactDeps): Promise<boolean> {
  for (const id of await outbox.unmadeArtifacts(now() - HOLD_MS))
    await outbox.artifactFailed(id, { code: 'interrupted', reason: 'the browser stopped while it was made' });
  const target = await endpoint();
  if (!target) return false;
  const waiting = await outbox.artifactsDue(MAX_SIGN_ITEMS, BATCH_BYTES);
  if (waiting.length === 0) return false;
  const signed = await sign(target, waiting, now());
  let finished = false;

  async function giveUp(artifact: Waiting, failure: ArtifactFailure): Promise<void> {
    await outbox.artifactFailed(artifact.id, failure);
    finished = true;
  }

  async function later({ content, ...artifact }: Waiting, refused: boolean, retryAfter: number): Promise<void> {
    const refusals = artifact.refusals + (refused ? 1 : 0);
    const failure = { code: 'upload_failed', reason: 'the storage did not take it' };
    if (refusals >= MAX_REFUSALS || now() - artifact.created_at > GIVE_UP_MS)
      return giveUp({ ...artifact, content }, failure);
    const not_before = now() + Math.max(backoffMs(artifact.attempts, random), retryAfter);
    await outbox.artifactLater({ ...artifact, content, refusals, attempts: artifact.attempts + 1, not_before });
  }

  for (const [index, artifact] of waiting.entries()) {
    if (!('answer' in signed)) {
      await later(artifact, false, signed.retry_after_ms ?? 0);
      continue;
    }
    const place = signed.answer.artifacts[index];
    if (!place || place.content_hash !== artifact.content.content_hash) await later(artifact, true, 0);
    else if (place.status === 'rejected')
      await giveUp(artifact, { code: place.code ?? 'rejected', reason: place.reason ?? 'the server refused it' });
    else {
      const uploaded = await upload(signed.answer.storage_url, place, artifact.content).catch(() => ({
        refused: undefined,
      }));
      if (uploaded === 'stored' && place.storage_path) {
        await outbox.artifactStored(artifact.id, place.storage_path);
        finished = true;
      } else await later(artifact, uploaded !== 'stored' && isRefusal(uploaded.refused), 0);
    }
  }
  return finished;
}

import { StorageClient } from '@supabase/storage-js';
import { sha256 } from 'hash-wasm';
import { backoffMs } from '../../shared/client/backoff.ts';
import type { Endpoint } from '../../shared/client/delivery.ts';
import type { ArtifactType, SignedArtifact, SignResponse } from '../../shared/protocol/schema.ts';
import type { Database, StoredArtifact } from './database.ts';
import type { OutboxDatabase } from './outbox_store.ts';

/** After so many failed uploads the call goes without its artifact. */
const MAX_ATTEMPTS = 8;
/** Longest that a call waits for its artifacts, in ms. */
export const HOLD_MS = 60_000;
const CONTENT_TYPES = {
  webp: 'image/webp',
  png: 'image/png',
  html: 'text/html',
  'html.gz': 'application/gzip',
} as const;

/** Compressed by gzip, which every browser has; brotli is not in Chromium's CompressionStream. */
export async function gzip(text: string): Promise<ArrayBuffer> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'));
  return new Response(stream).arrayBuffer();
}

/** An artifact named by the SHA-256 of its bytes as they will be stored. */
export async function makeArtifact(
  event_uuid: string,
  type: ArtifactType,
  ext: StoredArtifact['ext'],
  bytes: ArrayBuffer,
): Promise<StoredArtifact> {
  const content_hash = await sha256(new Uint8Array(bytes));
  return { id: `${event_uuid}:${type}`, event_uuid, type, ext, content_hash, bytes, attempts: 0, not_before: 0 };
}

export interface ArtifactDeps {
  readonly db: Database;
  readonly outbox: OutboxDatabase;
  readonly endpoint: () => Promise<Endpoint | undefined>;
  readonly now: () => number;
  readonly random: () => number;
}

async function sign(endpoint: Endpoint, waiting: readonly StoredArtifact[]): Promise<SignResponse | undefined> {
  const response = await fetch(`${endpoint.server_url}/v1/artifacts/sign`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${endpoint.key}` },
    body: JSON.stringify({
      artifacts: waiting.map(({ type, content_hash, ext, bytes }) => ({
        type,
        content_hash,
        ext,
        size: bytes.byteLength,
      })),
    }),
    signal: AbortSignal.timeout(15_000),
  });
  return response.ok ? ((await response.json()) as SignResponse) : undefined;
}

/** Whether the bytes are stored: uploaded now, or there already (the key is their hash, so "exists" is success). */
async function upload(storageUrl: string, signed: SignedArtifact, artifact: StoredArtifact): Promise<boolean> {
  if (signed.status === 'exists') return true;
  if (!signed.bucket || !signed.path || !signed.token) return false;
  const contentType = signed.content_type ?? CONTENT_TYPES[artifact.ext];
  const { error } = await new StorageClient(storageUrl, {})
    .from(signed.bucket)
    .uploadToSignedUrl(signed.path, signed.token, artifact.bytes, { contentType });
  return !error || (error as { statusCode?: string }).statusCode === '409';
}

/** Signs and uploads what waits, at most ten at a time. Returns whether anything was finished. */
export async function uploadArtifacts({ db, outbox, endpoint, now, random }: ArtifactDeps): Promise<boolean> {
  const target = await endpoint();
  const waiting = (await db.getAll('artifacts', null, 50)).filter(({ not_before }) => not_before <= now()).slice(0, 10);
  if (!target || waiting.length === 0) return false;
  const answer = await sign(target, waiting).catch(() => undefined);
  let finished = false;
  for (const [index, artifact] of waiting.entries()) {
    const signed = answer?.artifacts[index];
    const stored =
      answer !== undefined &&
      signed !== undefined &&
      (await upload(answer.storage_url, signed, artifact).catch(() => false));
    const hopeless = signed?.status === 'rejected' || artifact.attempts + 1 >= MAX_ATTEMPTS;
    if (stored || hopeless) {
      await outbox.artifactDone(artifact, stored ? signed?.storage_path : undefined);
      finished = true;
    } else {
      const not_before = now() + backoffMs(artifact.attempts, random);
      await db.put('artifacts', { ...artifact, attempts: artifact.attempts + 1, not_before });
    }
  }
  return finished;
}

import { v7 as uuidv7 } from 'uuid';
import { MAX_SIGN_ITEMS } from '../../protocol/limits.ts';
import type { IngestItem, SignedArtifact } from '../../protocol/schema.ts';
import type { Api } from '../api.ts';
import { backoffMs } from '../backoff.ts';
import type { ArtifactFolder, KeptArtifact } from './artifact_folder.ts';

/** Refusals of the storage after which the call goes without its artifact. No answer is no refusal. */
const MAX_REFUSALS = 8;
/** Longest that an artifact is tried, in ms: retention would soon take its call. */
const GIVE_UP_MS = 7 * 24 * 3600_000;
/** The event beside a call that goes without. */
const ARTIFACT_FAILED = 'artifact.failed';

export interface UploadDeps {
  readonly folder: ArtifactFolder;
  readonly api: Pick<Api, 'sign' | 'upload'>;
  /** Puts an item into the outbox; settles once it is there. */
  readonly tell: (item: IngestItem) => Promise<unknown>;
  readonly now: () => number;
  readonly random: () => number;
}

interface Failure {
  readonly code: string;
  readonly reason: string;
}

/** Uploads what waits in the folder; a call names an artifact only once its bytes are stored. */
export function createArtifactUploads({ folder, api, tell, now, random }: UploadDeps) {
  const tries = new Map<
    string,
    { readonly attempts: number; readonly refusals: number; readonly not_before: number }
  >();
  const triesOf = (name: string) => tries.get(name) ?? { attempts: 0, refusals: 0, not_before: 0 };

  async function done({ name }: KeptArtifact): Promise<void> {
    tries.delete(name);
    await folder.remove(name);
  }

  async function stored(kept: KeptArtifact, storage_path: string): Promise<void> {
    const { call, type, content_hash, size } = kept.artifact;
    await tell({ kind: 'tool_call', ...call, artifacts: [{ type, content_hash, storage_path, size }] });
    await done(kept);
  }

  async function failed(kept: KeptArtifact, { code, reason }: Failure): Promise<void> {
    const { context, event_uuid, seq } = kept.artifact.call;
    await tell({
      kind: 'event',
      context,
      name: ARTIFACT_FAILED,
      event_uuid: uuidv7(),
      occurred_at: new Date(now()).toISOString(),
      data: { event_uuid, seq, type: kept.artifact.type, code, reason },
    });
    await done(kept);
  }

  async function later(kept: KeptArtifact, { refused, afterMs = 0 }: { refused: boolean; afterMs?: number }) {
    const before = triesOf(kept.name);
    const refusals = before.refusals + (refused ? 1 : 0);
    if (refusals >= MAX_REFUSALS || now() - kept.artifact.made_at > GIVE_UP_MS)
      return failed(kept, { code: 'upload_failed', reason: 'the storage did not take it' });
    const not_before = now() + Math.max(backoffMs(before.attempts, random), afterMs);
    tries.set(kept.name, { attempts: before.attempts + 1, refusals, not_before });
  }

  async function upload(kept: KeptArtifact, storageUrl: string, place: SignedArtifact | undefined): Promise<void> {
    if (place?.content_hash !== kept.artifact.content_hash) return later(kept, { refused: true });
    if (place.status === 'rejected')
      return failed(kept, { code: place.code ?? 'rejected', reason: place.reason ?? 'the server refused it' });
    if (place.storage_path === undefined) return later(kept, { refused: true });
    if (place.status === 'exists') return stored(kept, place.storage_path);
    const bytes = await folder.bytes(kept.name).catch(() => undefined);
    if (!bytes) return failed(kept, { code: 'gone', reason: 'its file cannot be read' });
    const uploaded = await api.upload(storageUrl, place, bytes);
    if (uploaded.ok) return stored(kept, place.storage_path);
    const { code, status, retry_after_ms } = uploaded.error;
    const passing = code === 'unreachable' || status === 408 || status === 429 || (status ?? 0) >= 500;
    return later(kept, { refused: !passing, ...(retry_after_ms === undefined ? {} : { afterMs: retry_after_ms }) });
  }

  /** Uploads what may go now. Answers when the next may, in ms since 1970; undefined where nothing waits. Never rejects. */
  return async (): Promise<number | undefined> => {
    for (;;) {
      const due = folder.waiting().filter(({ name }) => triesOf(name).not_before <= now());
      const batch = due.slice(0, MAX_SIGN_ITEMS);
      if (batch.length === 0) break;
      const signed = await api.sign(
        batch.map(({ artifact: { type, content_hash, ext, size } }) => ({ type, content_hash, ext, size })),
      );
      for (const [index, kept] of batch.entries())
        if (signed.ok) await upload(kept, signed.value.storage_url, signed.value.artifacts[index]);
        else await later(kept, { refused: false, afterMs: signed.error.retry_after_ms ?? 0 });
    }
    const times = folder.waiting().map(({ name }) => triesOf(name).not_before);
    return times.length === 0 ? undefined : Math.min(...times);
  };
}

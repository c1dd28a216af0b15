import { v7 as uuidv7 } from 'uuid';
import { MAX_SIGN_ITEMS } from '../../protocol/limits.ts';
import type { IngestItem, SignedArtifact } from '../../protocol/schema.ts';
import type { Api, ApiFailure } from '../api.ts';
import { BACKOFF_MAX_MS, backoffMs } from '../backoff.ts';
import type { Endpoint } from '../endpoint.ts';
import { type DeliveryState, FRESH_STATE } from '../outbox.ts';
import { stateFor, waitAfter } from '../waiting.ts';
import type { ArtifactFolder, KeptArtifact } from './artifact_folder.ts';

/** Refusals of the storage after which the call goes without its artifact. No answer is no refusal. */
const MAX_REFUSALS = 8;
/** Longest that an artifact is tried, in ms: retention would soon take its call. */
const GIVE_UP_MS = 7 * 24 * 3600_000;
/** The event beside a call that goes without. */
const ARTIFACT_FAILED = 'artifact.failed';

export interface UploadDeps {
  readonly folder: ArtifactFolder;
  readonly endpoint: Endpoint;
  readonly api: Pick<Api, 'sign' | 'upload'>;
  /** Whether a person has to act before anything may be sent. */
  readonly paused: () => Promise<boolean>;
  /** Puts an item into the outbox; settles once it is there. */
  readonly tell: (item: IngestItem) => Promise<unknown>;
  readonly now: () => number;
  readonly random: () => number;
}

interface Failure {
  readonly code: string;
  readonly reason: string;
}

/** Speaks of the server, not of the artifact. */
const isOverload = ({ status, retry_after_ms }: ApiFailure): boolean =>
  status === 429 || status === 503 || retry_after_ms !== undefined;

/**
 * Uploads what waits in the folder; a call names an artifact only once its bytes are stored. What the server or its storage asks to wait
 * holds for all of them.
 */
export function createArtifactUploads({ folder, endpoint, api, paused, tell, now, random }: UploadDeps) {
  let state: DeliveryState = FRESH_STATE;
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

  const isTooOld = ({ artifact }: KeptArtifact): boolean => now() - artifact.made_at > GIVE_UP_MS;
  const notTaken: Failure = { code: 'upload_failed', reason: 'the storage did not take it' };

  async function later(kept: KeptArtifact, refused: boolean): Promise<void> {
    const before = triesOf(kept.name);
    const refusals = before.refusals + (refused ? 1 : 0);
    if (refusals >= MAX_REFUSALS || isTooOld(kept)) return failed(kept, notTaken);
    const not_before = now() + backoffMs(before.attempts, random);
    tries.set(kept.name, { attempts: before.attempts + 1, refusals, not_before });
  }

  /** All that have not been uploaded yet. */
  async function postpone(rest: readonly KeptArtifact[], { status, code, message, retry_after_ms }: ApiFailure) {
    const { attempt } = state;
    state =
      status === 401 || status === 403
        ? { ...FRESH_STATE, endpoint, paused: { code, reason: message } }
        : waitAfter({ endpoint, attempt, retry_after_ms, now: now(), random });
    for (const kept of rest) if (isTooOld(kept)) await failed(kept, notTaken);
  }

  /** Answers why nothing more can be uploaded now, where that is so. */
  async function upload(
    kept: KeptArtifact,
    storageUrl: string,
    place?: SignedArtifact,
  ): Promise<ApiFailure | undefined> {
    if (place?.content_hash !== kept.artifact.content_hash) await later(kept, true);
    else if (place.status === 'rejected')
      await failed(kept, { code: place.code ?? 'rejected', reason: place.reason ?? 'the server refused it' });
    else if (place.storage_path === undefined) await later(kept, true);
    else if (place.status === 'exists') await stored(kept, place.storage_path);
    else {
      const bytes = await folder.bytes(kept.name).catch(() => undefined);
      const uploaded = bytes && (await api.upload(storageUrl, place, bytes));
      if (!uploaded) await failed(kept, { code: 'gone', reason: 'its file cannot be read' });
      else if (uploaded.ok) await stored(kept, place.storage_path);
      else if (isOverload(uploaded.error)) return uploaded.error;
      else {
        const { code, status = 0 } = uploaded.error;
        await later(kept, code !== 'unreachable' && status !== 408 && status < 500);
      }
    }
    return undefined;
  }

  async function uploadBatch(batch: readonly KeptArtifact[]): Promise<void> {
    const signed = await api.sign(
      batch.map(({ artifact: { type, content_hash, ext, size } }) => ({ type, content_hash, ext, size })),
    );
    if (!signed.ok) return postpone(batch, signed.error);
    for (const [index, kept] of batch.entries()) {
      const overload = await upload(kept, signed.value.storage_url, signed.value.artifacts[index]);
      if (overload) return postpone(batch.slice(index), overload);
    }
    state = FRESH_STATE;
  }

  /** No try of one artifact is later than this; one that seems to be was set before the clock was set back. */
  const mayGo = ({ name }: KeptArtifact): boolean => {
    const { not_before } = triesOf(name);
    return not_before <= now() || not_before > now() + BACKOFF_MAX_MS;
  };

  return {
    /** Uploads what may go now. Answers when the next may, in ms since 1970; undefined where nothing waits or all is paused. Never rejects. */
    async run(): Promise<number | undefined> {
      for (;;) {
        state = stateFor(state, endpoint, now());
        if (state.paused || (await paused())) return undefined;
        if (state.not_before > now()) break;
        const batch = folder.waiting().filter(mayGo).slice(0, MAX_SIGN_ITEMS);
        if (batch.length === 0) break;
        await uploadBatch(batch);
      }
      const times = folder.waiting().map(({ name }) => triesOf(name).not_before);
      return times.length === 0 ? undefined : Math.max(state.not_before, Math.min(...times));
    },
    /** Why a person has to act before uploads go on. */
    paused: (): DeliveryState['paused'] => state.paused,
    /** Ends a pause; what the server asked to wait stays. */
    resume(): void {
      const { paused: _, ...rest } = state;
      state = rest;
    },
  };
}

import { backoffMs } from '../../shared/client/backoff.ts';
import type { Endpoint } from '../../shared/client/endpoint.ts';
import { FRESH_STATE } from '../../shared/client/outbox.ts';
import { stateFor, waitAfter } from '../../shared/client/waiting.ts';
import { MAX_SIGN_ITEMS } from '../../shared/protocol/limits.ts';
import { type Made, type NotDone, sign, upload } from './artifact_requests.ts';
import { type ArtifactFailure, HOLD_MS } from './artifact_store.ts';
import type { OutboxDatabase } from './outbox_store.ts';

/** Refusals of the storage after which the call goes without its artifact. No answer is no refusal. */
const MAX_REFUSALS = 8;
/** Longest that an artifact is tried, in ms: retention would soon take its call. */
const GIVE_UP_MS = 7 * 24 * 3600_000;
/** Bytes in memory at a time. */
const BATCH_BYTES = 8 * 1024 * 1024;

const NOT_TAKEN: ArtifactFailure = { code: 'upload_failed', reason: 'the storage did not take it' };

export interface ArtifactDeps {
  readonly outbox: OutboxDatabase;
  readonly endpoint: () => Promise<Endpoint | undefined>;
  readonly now: () => number;
  readonly random: () => number;
}

/** Speaks of the server, not of the artifact. */
const isOverload = ({ status, retry_after_ms }: NotDone): boolean =>
  status === 429 || status === 503 || retry_after_ms !== undefined;
const isRefusal = ({ status = 0 }: NotDone): boolean => status >= 400 && status < 500 && status !== 408;

/**
 * Signs what waits in one request and uploads it. Returns whether anything was finished. What a server or storage that is overloaded
 * asks to wait holds for all uploads to it; a refused key pauses them.
 */
export async function uploadArtifacts({ outbox, endpoint, now, random }: ArtifactDeps): Promise<boolean> {
  for (const id of await outbox.unmadeArtifacts(HOLD_MS))
    await outbox.artifactFailed(id, { code: 'interrupted', reason: 'the browser stopped while it was made' });
  const target = await endpoint();
  if (!target || stateFor(await outbox.state(), target, now()).paused) return false;
  const state = stateFor(await outbox.uploadState(), target, now());
  // Written down where the clock was set back: the wait begins anew once, not at every look.
  if (state.not_before > now()) await outbox.setUploadState(state);
  if (state.paused || state.not_before > now()) return false;
  const waiting = await outbox.artifactsDue(MAX_SIGN_ITEMS, BATCH_BYTES);
  if (waiting.length === 0) return false;
  let finished = false;

  async function giveUp(artifact: Made, failure: ArtifactFailure = NOT_TAKEN): Promise<void> {
    await outbox.artifactFailed(artifact.id, failure);
    finished = true;
  }

  const isTooOld = ({ created_at }: Made): boolean => now() - created_at > GIVE_UP_MS;

  /** All that have not been uploaded yet. */
  async function postpone(rest: readonly Made[], { retry_after_ms }: NotDone): Promise<void> {
    const { attempt } = state;
    await outbox.setUploadState(waitAfter({ endpoint: target!, attempt, retry_after_ms, now: now(), random }));
    for (const artifact of rest) if (isTooOld(artifact)) await giveUp(artifact);
  }

  async function later(artifact: Made, refused: boolean): Promise<void> {
    const refusals = artifact.refusals + (refused ? 1 : 0);
    if (refusals >= MAX_REFUSALS || isTooOld(artifact)) return giveUp(artifact);
    const not_before = now() + backoffMs(artifact.attempts, random);
    await outbox.artifactLater({ ...artifact, refusals, attempts: artifact.attempts + 1, not_before });
  }

  const signed = await sign(target, waiting, now());
  if ('failed' in signed) {
    const { status } = signed.failed;
    const reason = 'The server refuses to sign uploads.';
    if (status === 401 || status === 403)
      await outbox.setUploadState({ ...FRESH_STATE, endpoint: target, paused: { code: `http_${status}`, reason } });
    else await postpone(waiting, signed.failed);
    return finished;
  }
  for (const [index, artifact] of waiting.entries()) {
    const place = signed.answer.artifacts[index];
    if (place?.content_hash !== artifact.content.content_hash) await later(artifact, true);
    else if (place.status === 'rejected')
      await giveUp(artifact, { code: place.code ?? 'rejected', reason: place.reason ?? 'the server refused it' });
    else {
      const uploaded = await upload(signed.answer.storage_url, place, artifact.content, now());
      if (uploaded === 'stored' && place.storage_path) {
        await outbox.artifactStored(artifact.id, place.storage_path);
        finished = true;
      } else if (uploaded !== 'stored' && isOverload(uploaded)) {
        await postpone(waiting.slice(index), uploaded);
        return finished;
      } else await later(artifact, uploaded !== 'stored' && isRefusal(uploaded));
    }
  }
  if (state.attempt > 0) await outbox.setUploadState(FRESH_STATE);
  return finished;
}

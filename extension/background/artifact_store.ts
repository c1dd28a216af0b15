import { v7 as uuidv7 } from 'uuid';
import { BACKOFF_MAX_MS } from '../../shared/client/backoff.ts';
import type { OutboxEntry } from '../../shared/client/outbox.ts';
import type { ArtifactRef, EventItem, IngestItem } from '../../shared/protocol/schema.ts';
import type { ArtifactContent, Counters, Database, ReadWrite, StoredArtifact } from './database.ts';
import { putItem } from './put_item.ts';
import { sizeOfArtifact } from './remove_artifacts.ts';
import { added, type Transactions } from './transaction.ts';
import { inHand } from './unwritten.ts';

/** Bytes of artifacts that may wait for their upload: a few hundred screenshots. Beyond that calls go without theirs. */
export const MAX_ARTIFACT_BYTES_WAITING = 20 * 1024 * 1024;

/** Why a call goes without an artifact for good. */
export interface ArtifactFailure {
  readonly code: string;
  readonly reason: string;
}

/** Longest that a call waits for its artifacts, in ms; later they are linked to it by telling it again. */
export const HOLD_MS = 60_000;

const STORES = ['queue', 'dead', 'artifacts', 'lease'] as const;
/** The event beside the call, which itself is delivered as it is. */
export const ARTIFACT_FAILED = 'artifact.failed';

const named = (item: IngestItem, ref: ArtifactRef): IngestItem =>
  item.kind === 'tool_call' ? { ...item, artifacts: [...(item.artifacts ?? []), ref] } : item;

const failedEvent = ({ call, type }: StoredArtifact, { code, reason }: ArtifactFailure, now: number): EventItem => ({
  kind: 'event',
  context: call.context,
  name: ARTIFACT_FAILED,
  event_uuid: uuidv7(),
  occurred_at: new Date(now).toISOString(),
  data: { event_uuid: call.event_uuid, seq: call.seq, type, code, reason },
});

/** The call as it waits in the queue; undefined where it is on its way, delivered, dead or evicted. */
async function waitingCall(
  tx: ReadWrite,
  event_uuid: string,
  now: number,
): Promise<(OutboxEntry & { id?: number }) | undefined> {
  if ((await inHand(tx, now)).has(event_uuid)) return undefined;
  return tx.objectStore('queue').index('by_uuid').get(event_uuid);
}

/** Artifacts between capture and storage, beside the calls that wait for them. */
export function createArtifactStore(db: Database, { change }: Transactions, now: () => number) {
  async function finish(
    tx: ReadWrite,
    counters: Counters,
    artifact: StoredArtifact,
    ref: ArtifactRef | undefined,
  ): Promise<Counters> {
    await tx.objectStore('artifacts').delete(artifact.id);
    const changed = { ...counters, artifact_bytes: counters.artifact_bytes - sizeOfArtifact(artifact) };
    const entry = await waitingCall(tx, artifact.event_uuid, now());
    if (entry) {
      const item = ref ? named(entry.item, ref) : entry.item;
      await tx.objectStore('queue').put({ ...entry, item, waits_for: Math.max(0, entry.waits_for - 1) });
      return changed;
    }
    if (!ref) return changed;
    const letter = await tx.objectStore('dead').get(artifact.event_uuid);
    if (letter) {
      await tx.objectStore('dead').put({ ...letter, item: named(letter.item, ref) });
      return changed;
    }
    // The call went without it: told again, it is known by its event and only the artifact is added.
    const item: IngestItem = { kind: 'tool_call', ...artifact.call, artifacts: [ref] };
    return (await putItem(tx, changed, { uuid: crypto.randomUUID(), item, priority: 1 }, now())).counters;
  }

  async function fail(
    tx: ReadWrite,
    before: Counters,
    artifact: StoredArtifact,
    failure: ArtifactFailure,
  ): Promise<Counters> {
    const counters = await finish(tx, before, artifact, undefined);
    const item = failedEvent(artifact, failure, now());
    const told = await putItem(tx, counters, { uuid: item.event_uuid, item, priority: 1 }, now());
    return { ...told.counters, artifacts_failed: added(told.counters.artifacts_failed, failure.code) };
  }

  const whenThere = (
    id: string,
    work: (tx: ReadWrite, counters: Counters, artifact: StoredArtifact) => Promise<Counters>,
  ): Promise<void> =>
    change([...STORES], async (tx, counters) => {
      const artifact = await tx.objectStore('artifacts').get(id);
      return { counters: artifact ? await work(tx, counters, artifact) : counters, result: undefined };
    });

  /** No try is later than this; one that seems to be was set before the clock was set back. */
  const latest = (): number => now() + BACKOFF_MAX_MS;

  return {
    /** The bytes are there, to be uploaded. */
    artifactMade: (id: string, content: ArtifactContent): Promise<void> =>
      whenThere(id, async (tx, counters, artifact) => {
        const artifact_bytes = counters.artifact_bytes + content.bytes.byteLength;
        if (artifact_bytes > MAX_ARTIFACT_BYTES_WAITING)
          return fail(tx, counters, artifact, { code: 'too_many_waiting', reason: 'too much waits for its upload' });
        await tx.objectStore('artifacts').put({ ...artifact, content });
        return { ...counters, artifact_bytes };
      }),
    /** The bytes are stored: the call names them, in the queue or told again. */
    artifactStored: (id: string, storage_path: string): Promise<void> =>
      whenThere(id, async (tx, counters, artifact) => {
        const { type, content } = artifact;
        if (!content) return counters;
        const ref = { type, content_hash: content.content_hash, storage_path, size: content.bytes.byteLength };
        return finish(tx, counters, artifact, ref);
      }),
    /** Failed for good: the call goes without it, and an event says so. */
    artifactFailed: (id: string, failure: ArtifactFailure): Promise<void> =>
      whenThere(id, (tx, counters, artifact) => fail(tx, counters, artifact, failure)),
    /** All that wait, for room that the browser asks back. Returns whether there were any. */
    failAllArtifacts: (failure: ArtifactFailure): Promise<boolean> =>
      change([...STORES], async (tx, before) => {
        let counters = before;
        const artifacts = await tx.objectStore('artifacts').getAll();
        for (const artifact of artifacts) counters = await fail(tx, counters, artifact, failure);
        return { counters, result: artifacts.length > 0 };
      }),
    /** Another try at that time. */
    async artifactLater(artifact: StoredArtifact): Promise<void> {
      const tx = db.transaction('artifacts', 'readwrite');
      if (await tx.store.getKey(artifact.id)) await tx.store.put(artifact);
      await tx.done;
    },
    /** Those that may be uploaded now, oldest try first, within both bounds. */
    async artifactsDue(maxItems: number, maxBytes: number): Promise<(StoredArtifact & { content: ArtifactContent })[]> {
      const due: (StoredArtifact & { content: ArtifactContent })[] = [];
      let bytes = 0;
      const index = db.transaction('artifacts').store.index('by_not_before');
      for (const range of [IDBKeyRange.upperBound(now()), IDBKeyRange.lowerBound(latest(), true)]) {
        let cursor = await index.openCursor(range);
        for (; cursor && due.length < maxItems; cursor = await cursor.continue()) {
          const { content } = cursor.value;
          if (!content) continue;
          bytes += content.bytes.byteLength;
          if (due.length > 0 && bytes > maxBytes) return due;
          due.push({ ...cursor.value, content });
        }
      }
      return due;
    },
    /** Those whose making began longer than `ms` ago and never ended: the worker was stopped. */
    async unmadeArtifacts(ms: number): Promise<string[]> {
      const all = await db.getAll('artifacts');
      return all.filter(({ content, created_at }) => !content && Math.abs(now() - created_at) > ms).map(({ id }) => id);
    },
    /** When the next upload may be tried, ms since 1970. */
    async nextArtifactAt(): Promise<number | undefined> {
      const index = db.transaction('artifacts').store.index('by_not_before');
      const [first, beyond] = await Promise.all([
        index.openKeyCursor(),
        index.getKey(IDBKeyRange.lowerBound(latest(), true)),
      ]);
      return beyond === undefined ? (first?.key as number | undefined) : now();
    },
    /** How many wait for their upload, and why how many failed for good. */
    async artifacts() {
      const [artifacts_waiting, counters] = await Promise.all([db.count('artifacts'), db.get('counters', 'counters')]);
      return { artifacts_waiting, artifacts_failed: counters?.artifacts_failed ?? {} };
    },
  };
}

export type ArtifactStore = ReturnType<typeof createArtifactStore>;

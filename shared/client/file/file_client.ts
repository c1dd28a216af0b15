import { v7 as uuidv7 } from 'uuid';
import type { IngestItem } from '../../protocol/schema.ts';
import { createApi } from '../api.ts';
import { createDelivery, type FlushOutcome } from '../delivery.ts';
import type { Endpoint } from '../endpoint.ts';
import type { DeadLetter, DeliveryState, EnqueueOutcome, OutboxCounts, Priority } from '../outbox.ts';
import { stateFor } from '../waiting.ts';
import { createWakeUp, type Later } from '../wake_up.ts';
import { type Artifact, openArtifactFolder } from './artifact_folder.ts';
import { type FileOutboxOptions, openFileOutbox } from './file_outbox.ts';
import { createArtifactUploads } from './upload_artifacts.ts';

/** Items are gathered for this long before they are sent, in ms. */
const GATHER_MS = 500;
/** How often processes that ended are looked for, in ms: their journals are taken over within a second. */
const ADOPT_MS = 500;

const PRIORITY: Record<NonNullable<IngestItem['kind']>, Priority> = {
  session: 0,
  instance: 0,
  run: 0,
  tab: 0,
  tool_call: 1,
  event: 2,
};

/** A timer that does not keep the host's process alive. */
const unheld: Later = (callback, ms) => {
  const timer = setTimeout(callback, ms).unref();
  return () => clearTimeout(timer);
};

/** Why a person has to act before anything is sent: a wrong, revoked or missing key. */
export type Paused = NonNullable<DeliveryState['paused']>;

export interface FileClientCounts extends OutboxCounts {
  readonly paused?: Paused;
}

export interface FileClientOptions extends Omit<FileOutboxOptions, 'now'> {
  readonly endpoint: Endpoint;
  /** Called once a pause, so that somebody is told: what is recorded waits until then. */
  readonly onPaused?: (why: Paused) => void;
  readonly fetch?: typeof fetch;
  readonly now?: () => number;
  readonly random?: () => number;
}

/**
 * Buffers and delivers for a Node process: what it takes reaches the server once, whatever fails in between. Nothing in it throws into
 * the host or keeps its process alive.
 * @example
 * const client = await openFileClient({ dir: '.laskobot/outbox', endpoint: { server_url, key } });
 * await client.enqueue({ kind: 'tool_call', context: { run_id }, tool_name, seq, event_uuid, started_at, success });
 * await client.counts(); // { enqueued, delivered, queued, dead, dropped, drop_reasons, dead_reasons, paused? }
 * await client.close(); // what could not be sent goes with the next process that opens the folder
 */
export async function openFileClient({
  endpoint,
  onPaused = () => undefined,
  fetch = globalThis.fetch,
  now = Date.now,
  random = Math.random,
  ...options
}: FileClientOptions) {
  const outbox = await openFileOutbox({ ...options, now });
  let sending: Promise<void> | undefined;
  const delivery = createDelivery({
    store: outbox,
    fetch,
    now,
    random,
    endpoint: async () => endpoint,
    async exclusively(work) {
      if (sending) return false;
      sending = work();
      try {
        await sending;
      } finally {
        sending = undefined;
      }
      return true;
    },
  });

  const pausedNow = async (): Promise<Paused | undefined> =>
    stateFor(await outbox.state(), endpoint, now()).paused ?? uploads.paused();
  let told = false;
  async function tellPause(): Promise<void> {
    const why = await pausedNow();
    if (why && !told) onPaused(why);
    told = why !== undefined;
  }

  async function flush(): Promise<FlushOutcome> {
    const outcome = await delivery.flush();
    await tellPause();
    if (outcome === 'waiting') wakeUp.at((await outbox.state()).not_before);
    return outcome;
  }
  const wakeUp = createWakeUp(() => void flush(), now, unheld);
  const soon = (): void => wakeUp.at(now() + GATHER_MS);
  async function put(item: IngestItem, uuid: string): Promise<EnqueueOutcome> {
    const outcome = await outbox.enqueue(item, uuid, PRIORITY[item.kind ?? 'tool_call']);
    soon();
    return outcome;
  }

  const { server_url, key } = endpoint;
  const folder = await openArtifactFolder(options.dir);
  const uploads = createArtifactUploads({
    folder,
    endpoint,
    paused: async () => stateFor(await outbox.state(), endpoint, now()).paused !== undefined,
    api: createApi({ serverUrl: server_url, key, fetch }),
    // Under an id of its own: the call itself may still wait under that of its event.
    tell: (item) => put(item, uuidv7()),
    now,
    random,
  });
  let uploading: Promise<unknown> | undefined;
  async function upload(): Promise<void> {
    if (uploading) return;
    const work = uploads.run();
    uploading = work;
    const next = await work;
    uploading = undefined;
    await tellPause();
    if (next !== undefined) uploadWakeUp.at(next);
  }
  const uploadWakeUp = createWakeUp(() => void upload(), now, unheld);

  const adopting = setInterval(async () => {
    if ((await outbox.adopt()) > 0) {
      wakeUp.at(now());
      if ((await folder.adopt()) > 0) uploadWakeUp.at(now());
    }
  }, ADOPT_MS).unref();
  wakeUp.at(now());
  if ((await folder.adopt()) > 0) uploadWakeUp.at(now());

  return {
    /** Takes an item, durably. `dropped` where it found no room; the counts say why. */
    enqueue: (item: IngestItem): Promise<EnqueueOutcome> =>
      put(item, 'event_uuid' in item ? item.event_uuid : uuidv7()),
    /**
     * Takes what belongs to a call, durably: it is uploaded, then the call is told again and names it. `dropped` where it found no room.
     * The bytes go as they are: scrub them first.
     */
    async keepArtifact(artifact: Artifact, bytes: Uint8Array): Promise<'kept' | 'dropped'> {
      const kept = await folder.keep(artifact, bytes);
      if (kept) uploadWakeUp.at(now());
      return kept ? 'kept' : 'dropped';
    },
    /** Sends now what may go now. */
    flush,
    /** After a wrong key was put right: ends the pause. */
    resume: async (): Promise<void> => {
      await delivery.resume();
      uploads.resume();
      wakeUp.at(now());
      uploadWakeUp.at(now());
    },
    async counts(): Promise<FileClientCounts> {
      const [counts, paused] = await Promise.all([outbox.counts(), pausedNow()]);
      return paused ? { ...counts, paused } : counts;
    },
    deadLetters: (): Promise<DeadLetter[]> => outbox.deadLetters(),
    async retryDeadLetters(uuids?: readonly string[]): Promise<number> {
      const count = await outbox.retryDeadLetters(uuids);
      soon();
      return count;
    },
    /** Sends once more what may go, then closes. */
    async close(): Promise<void> {
      clearInterval(adopting);
      wakeUp.stop();
      uploadWakeUp.stop();
      await sending;
      // Calls first: little time may be left.
      await delivery.flush();
      await uploading;
      await uploads.run();
      await delivery.flush();
      await tellPause();
      await outbox.close();
    },
  };
}

export type FileClient = Awaited<ReturnType<typeof openFileClient>>;

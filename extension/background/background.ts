import { type Api, createApi } from '../../shared/client/api.ts';
import { createDelivery } from '../../shared/client/delivery.ts';
import type { Endpoint } from '../../shared/client/endpoint.ts';
import { createExclusive } from '../../shared/client/exclusive.ts';
import { createWakeUp } from '../../shared/client/wake_up.ts';
import { type HashKey, parseHashKey } from '../../shared/signature/hash.ts';
import { announceSettings } from './announce_settings.ts';
import { uploadArtifacts } from './artifacts.ts';
import { createBundleStore } from './bundle_store.ts';
import { createBundles } from './bundles.ts';
import { loadSettings } from './configuration.ts';
import { createCounter, createCounters } from './counter.ts';
import { openDatabase } from './database.ts';
import { createHints } from './hints.ts';
import { createOutboxStore } from './outbox_store.ts';
import { createPrivacy } from './privacy.ts';
import { learnProject, loadProject, loadTrust } from './project.ts';
import { createRecorder } from './recorder.ts';
import { createRuns } from './run.ts';

/** Captures are gathered for this long before they are sent, in ms. */
const GATHER_MS = 1000;

const now = (): number => Date.now();
const random = (): number => Math.random();

async function endpoint(): Promise<Endpoint | undefined> {
  const { server_url, publishable_key } = await loadSettings();
  return server_url && publishable_key ? { server_url, key: publishable_key } : undefined;
}

async function hashKey(): Promise<HashKey> {
  const answer = await loadProject(await loadSettings());
  if (!answer.ok) throw new Error(answer.reason);
  return parseHashKey(answer.project.text_key);
}

/** Hints are for now: what takes longer than this is as good as no network. */
const HINTS_TIMEOUT_MS = 5000;

async function api(): Promise<Api | undefined> {
  const target = await endpoint();
  return (
    target &&
    createApi({
      serverUrl: target.server_url,
      key: target.key,
      fetch: (input, init) => fetch(input, init),
      timeoutMs: HINTS_TIMEOUT_MS,
    })
  );
}

/** The parts of the background, over one database. */
export async function openBackground() {
  const db = await openDatabase();
  const outbox = createOutboxStore(db, now);
  const privacy = createPrivacy();
  const refusals = createCounter('refused');
  const wakeUp = createWakeUp(() => {
    deliver().catch((error: unknown) => console.error('LaskoBOT Runs: delivery failed.', error));
  }, now);
  const deliverSoon = (): void => wakeUp.at(now() + GATHER_MS);
  const deliverNow = (): void => wakeUp.at(now());
  const runs = createRuns(db, outbox, now, async () => (await loadSettings()).enabled);
  const recorder = createRecorder({ outbox, runs, privacy, key: hashKey, now, onQueued: deliverSoon });
  const bundleRefusals = createCounters('bundles_refused');
  const bundles = createBundles({
    store: createBundleStore(db),
    api,
    trust: async () => loadTrust(await loadSettings()),
    refused: bundleRefusals.add,
    now,
  });
  const hints = createHints({ db, api, bundles, now });
  const delivery = createDelivery({
    store: outbox,
    fetch: (input, init) => fetch(input, init),
    now,
    random,
    endpoint,
    exclusively: createExclusive(navigator.locks, 'laskobot-delivery', deliverNow),
  });
  const uploading = createExclusive(navigator.locks, 'laskobot-artifacts', deliverNow);

  async function uploadAll(): Promise<void> {
    await uploading(async () => {
      while (await uploadArtifacts({ outbox, endpoint, now, random })) await delivery.flush();
    });
    const [next, { not_before }] = await Promise.all([outbox.nextArtifactAt(), outbox.uploadState()]);
    if (next !== undefined && Math.max(next, not_before) > now()) wakeUp.at(Math.max(next, not_before));
  }

  /** Pages that were told to record nothing, since the project was not known, hear of it once it is. */
  async function announceProject(): Promise<void> {
    const learnt = await learnProject(await loadSettings());
    if (learnt === 'known') await announceSettings();
    else if (learnt) wakeUp.at(learnt.later);
  }

  /** Events never wait for uploads: both go at the same time. */
  async function deliver(): Promise<void> {
    const uploads = Promise.all([uploadAll(), announceProject()]);
    try {
      if ((await delivery.flush()) === 'waiting') wakeUp.at((await outbox.state()).not_before);
    } finally {
      await uploads;
    }
  }

  /** Somebody says that the key is right now. What the server asked to wait stays. */
  async function resume(): Promise<void> {
    const { paused: _, ...uploads } = await outbox.uploadState();
    await Promise.all([delivery.resume(), outbox.setUploadState(uploads)]);
  }

  /** One request that the browser carries on, should it stop us. */
  const leave = async (): Promise<true> => {
    await recorder.idle();
    await delivery.flush({ leaving: true });
    deliverSoon();
    return true;
  };

  // What an earlier worker or browser left.
  deliverNow();
  return {
    db,
    outbox,
    runs,
    privacy,
    refusals,
    bundleRefusals,
    recorder,
    hints,
    delivery,
    resume,
    deliver,
    deliverSoon,
    leave,
  };
}

export type Background = Awaited<ReturnType<typeof openBackground>>;

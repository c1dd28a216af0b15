import { createDelivery, type Endpoint } from '../../shared/client/delivery.ts';
import { uploadArtifacts } from './artifacts.ts';
import { loadSettings } from './configuration.ts';
import { openDatabase } from './database.ts';
import { createHints } from './hints.ts';
import { createOutboxStore } from './outbox_store.ts';
import { createPrivacy } from './privacy.ts';
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

/** The parts of the background, over one database. */
export async function openBackground() {
  const db = await openDatabase();
  const outbox = createOutboxStore(db);
  const privacy = createPrivacy();
  const runs = createRuns(db, outbox, now);
  const recorder = createRecorder({ outbox, runs, privacy, now });
  const hints = createHints({ db, endpoint, now });
  const delivery = createDelivery({
    store: outbox,
    fetch: (input, init) => fetch(input, init),
    now,
    random,
    endpoint,
    exclusively: (work) =>
      navigator.locks.request('laskobot-delivery', { ifAvailable: true }, async (lock) => {
        if (lock) await work();
        return lock !== null;
      }),
  });
  const deliver = async (): Promise<void> => {
    await navigator.locks.request('laskobot-artifacts', { ifAvailable: true }, async (lock) => {
      while (lock && (await uploadArtifacts({ db, outbox, endpoint, now, random }))) await delivery.flush();
    });
    await delivery.flush();
  };
  let gathering: ReturnType<typeof setTimeout> | undefined;
  function deliverSoon(): void {
    if (gathering !== undefined) return;
    gathering = setTimeout(async () => {
      gathering = undefined;
      await deliver();
    }, GATHER_MS);
  }
  return { db, outbox, runs, privacy, recorder, hints, delivery, deliver, deliverSoon };
}

export type Background = Awaited<ReturnType<typeof openBackground>>;

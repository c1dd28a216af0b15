import browser, { type Runtime } from 'webextension-polyfill';
import { createDelivery, type Endpoint } from '../../shared/client/delivery.ts';
import type { AdminMessage, Answer, BackgroundMessage, ContentMessage, RecordingState } from '../messages.ts';
import { mayRecord } from '../settings.ts';
import { createAdmin } from './admin.ts';
import { uploadArtifacts } from './artifacts.ts';
import { loadSettings } from './configuration.ts';
import { openDatabase } from './database.ts';
import { createHints } from './hints.ts';
import { createOutboxStore } from './outbox_store.ts';
import { injectErrorRelay } from './page_errors.ts';
import { loadProject } from './project.ts';
import { createRecorder } from './recorder.ts';
import { createRuns } from './run.ts';

/** Wakes a stopped worker; the browsers fire alarms every 30 s at the most often. */
const ALARM = 'deliver';
const ALARM_MINUTES = 0.5;
/** Captures are gathered for this long before they are sent, in ms. */
const GATHER_MS = 1000;

const now = (): number => Date.now();
const random = (): number => Math.random();

async function endpoint(): Promise<Endpoint | undefined> {
  const { server_url, publishable_key } = await loadSettings();
  return server_url && publishable_key ? { server_url, key: publishable_key } : undefined;
}

async function assemble() {
  const db = await openDatabase();
  const outbox = createOutboxStore(db);
  const runs = createRuns(db, outbox, now);
  const recorder = createRecorder({ outbox, runs, now });
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
  return { db, outbox, runs, recorder, hints, delivery, deliver };
}

export type Background = Awaited<ReturnType<typeof assemble>>;

// Listeners must stand before the first await, or an event that woke the worker is lost; they wait for this instead.
const ready = assemble();

let gathering: ReturnType<typeof setTimeout> | undefined;
function deliverSoon(): void {
  if (gathering !== undefined) return;
  gathering = setTimeout(async () => {
    gathering = undefined;
    await (await ready).deliver();
  }, GATHER_MS);
}

async function stateFor(url: string): Promise<RecordingState> {
  const settings = await loadSettings();
  if (!settings.enabled || !mayRecord(settings, url)) return { recording: false };
  const answer = await loadProject(settings);
  if (!answer.ok) return { recording: false };
  return { recording: true, text_key: answer.project.text_key, capture: settings.capture };
}

/** Content scripts are told apart from our own pages by the sender; only these may say what changes settings or reads data. */
async function onContentMessage(message: ContentMessage, sender: Runtime.MessageSender): Promise<unknown> {
  const tabId = sender.tab?.id;
  const windowId = sender.tab?.windowId;
  const pageUrl = sender.tab?.url ?? sender.url ?? '';
  if (tabId === undefined || windowId === undefined) return undefined;
  const { recorder, hints } = await ready;
  const state = await stateFor(pageUrl);
  if (message.type === 'hello') {
    if (state.recording) {
      if (state.capture.errors) injectErrorRelay(tabId, sender.frameId ?? 0).catch(() => {});
      if (sender.frameId === 0) await recorder.tab(tabId, { url_first_seen: message.url, ...message.viewport });
      deliverSoon();
    }
    return state;
  }
  if (!state.recording) return undefined;
  const source = { tabId, windowId };
  switch (message.type) {
    case 'call':
      await recorder.call(source, message.call, message.screenshot && state.capture.screenshots, message.dom);
      deliverSoon();
      return true;
    case 'event':
      await recorder.event(source, message.event);
      deliverSoon();
      return true;
    case 'page':
      return sender.frameId === 0 ? (await hints.onPage(tabId, message.url, message.page)).hints.length : 0;
  }
}

async function broadcastState(): Promise<void> {
  for (const { id, url } of await browser.tabs.query({})) {
    if (id === undefined) continue;
    const message: BackgroundMessage = { type: 'state', state: await stateFor(url ?? '') };
    browser.tabs.sendMessage(id, message).catch(() => {});
  }
}

const ownPage = (sender: Runtime.MessageSender): boolean =>
  sender.id === browser.runtime.id && (sender.url ?? '').startsWith(browser.runtime.getURL(''));

browser.runtime.onMessage.addListener((message: unknown, sender: Runtime.MessageSender) => {
  if (!ownPage(sender))
    return onContentMessage(message as ContentMessage, sender).catch((error: unknown) => {
      console.error('LaskoBOT Runs: a capture was not taken.', error);
      throw error;
    });
  return ready
    .then((background) => createAdmin(background, broadcastState)(message as AdminMessage))
    .then((value): Answer<unknown> => ({ ok: true, value }))
    .catch(
      (error: unknown): Answer<unknown> => ({
        ok: false,
        error: error instanceof Error ? error.message : String(error),
      }),
    );
});

browser.tabs.onRemoved.addListener(async (tabId) => {
  const { hints, recorder, runs } = await ready;
  hints.forget(tabId);
  if (!(await runs.peek())) return;
  await recorder.tab(tabId, { closed_at: new Date(now()).toISOString() });
  deliverSoon();
});

browser.alarms.onAlarm.addListener(async ({ name }) => {
  if (name === ALARM) await (await ready).deliver();
});
browser.alarms.create(ALARM, { periodInMinutes: ALARM_MINUTES });

// A policy or a host's script may change the settings behind our back.
browser.storage.onChanged.addListener(async (changes) => {
  if (!('settings' in changes)) return;
  const background = await ready;
  await background.delivery.resume();
  if (!(await loadSettings()).enabled) await background.runs.end('completed');
  await broadcastState();
  deliverSoon();
});

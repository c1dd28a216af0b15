import browser, { type Runtime } from 'webextension-polyfill';
import { type AdminMessage, type Answer, isOurs } from '../messages.ts';
import { covers } from '../settings.ts';
import { createAdmin } from './admin.ts';
import { announceSettings } from './announce_settings.ts';
import { openBackground } from './background.ts';
import { loadSettings } from './configuration.ts';
import { onContentMessage } from './content_messages.ts';
import { toolCall } from './host_calls.ts';

/** Wakes a stopped worker; the browsers fire alarms every 30 s at the most often. */
const ALARM = 'laskobot-deliver';
const ALARM_MINUTES = 0.5;

/** Content scripts are told apart from pages of the extension by the sender; only these may change settings or read data. */
const ownPage = (sender: Runtime.MessageSender): boolean =>
  sender.id === browser.runtime.id && (sender.url ?? '').startsWith(browser.runtime.getURL(''));

const asAnswer = (work: Promise<unknown>): Promise<Answer<unknown>> =>
  work.then(
    (value) => ({ ok: true, value }),
    (error: unknown) => ({ ok: false, error: error instanceof Error ? error.message : String(error) }),
  );

/** What a host's own background does with ours. */
export interface HostBackground {
  /** Runs a tool of the host that works on a tab, and records the call; see `toolCall` for content scripts. */
  toolCall<T>(tabId: number, name: string, input: unknown, run: () => T | Promise<T>): Promise<T>;
  /** As popup and options ask; rejects with a sentence for people. */
  ask<T>(message: AdminMessage): Promise<T>;
}

/**
 * Runs the background: takes captures, buffers, delivers, asks for hints. Call it once, at the top of the background script:
 * listeners must stand before the first await, or an event that woke the worker is lost.
 */
export function startBackground(): HostBackground {
  const ready = openBackground();

  browser.runtime.onMessage.addListener((message: unknown, sender: Runtime.MessageSender) => {
    if (!isOurs(message)) return undefined;
    if (ownPage(sender)) return asAnswer(ready.then((parts) => createAdmin(parts)(message as AdminMessage)));
    return ready
      .then((parts) => onContentMessage(parts, message, sender))
      .catch((error: unknown) => {
        console.error('LaskoBOT Runs: not taken.', error);
        throw error;
      });
  });

  browser.tabs.onRemoved.addListener(async (tabId) => {
    const { hints, recorder, runs } = await ready;
    hints.forget(tabId);
    if (!(await runs.peek())) return;
    await recorder.tab(tabId, { closed_at: new Date().toISOString() });
  });

  browser.alarms.onAlarm.addListener(async ({ name }) => {
    if (name === ALARM) await (await ready).deliver();
  });
  void browser.alarms.create(ALARM, { periodInMinutes: ALARM_MINUTES });

  // Event pages are told that they will be stopped; Chrome's workers are not.
  browser.runtime.onSuspend.addListener(() => void ready.then(({ leave }) => leave()));

  browser.storage.onChanged.addListener(async (changes) => {
    if (!('settings' in changes)) return;
    const { resume, runs, hints, deliverSoon } = await ready;
    await resume();
    const settings = await loadSettings();
    if (!settings.enabled) await runs.end('completed');
    await hints.forgetDomains((host) => covers(settings.never, host));
    await announceSettings();
    deliverSoon();
  });

  // Pages say hello again: those that may not be read any more stop recording, what waits is still delivered.
  browser.permissions.onRemoved.addListener(() => void announceSettings());
  browser.permissions.onAdded.addListener(() => void announceSettings());

  return {
    toolCall: async (tabId, name, input, run) => toolCall(await ready, tabId, name, input, run),
    ask: async <T>(message: AdminMessage) => (await createAdmin(await ready)(message)) as T,
  };
}

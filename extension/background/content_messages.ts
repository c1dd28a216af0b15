import browser, { type Runtime } from 'webextension-polyfill';
import type { RecordingState, Refusal } from '../messages.ts';
import { maskingFor, mayRecord } from '../settings.ts';
import { readsPage } from './access.ts';
import type { Background } from './background.ts';
import { loadSettings } from './configuration.ts';
import { toldBy } from './content_schema.ts';
import { injectRecorder } from './inject.ts';
import { injectErrorRelay } from './page_errors.ts';
import { loadProject } from './project.ts';

/** `unknown` is called where it may record once the server tells the project. */
async function stateFor(url: string, frameUrl: string, unknown: () => void): Promise<RecordingState> {
  const settings = await loadSettings();
  if (!settings.enabled || !mayRecord(settings, url) || !(await readsPage(url))) return { recording: false };
  const answer = await loadProject(settings);
  if (!answer.ok) {
    unknown();
    return { recording: false };
  }
  return {
    recording: true,
    text_key: answer.project.text_key,
    capture: settings.capture,
    masking: maskingFor(settings, [url, frameUrl]),
  };
}

/**
 * Takes what content scripts tell. They run beside pages, so they may add, and ask for the hints of their own page: nothing else is
 * read, and nothing changed, for them. What has not the shape of a message of theirs is refused and counted.
 */
export async function onContentMessage(
  { outbox, recorder, hints, leave, refusals, deliverSoon }: Background,
  message: unknown,
  sender: Runtime.MessageSender,
): Promise<unknown> {
  const told = toldBy(message, sender, browser.runtime.id);
  if ('refused' in told) {
    refusals.add();
    return told satisfies Refusal;
  }
  const { tab, frameId = 0, url = '' } = sender;
  // Answered, or it would be asked again: such a page is in no tab.
  if (tab?.id === undefined || tab.windowId === undefined) return false;
  const source = { tabId: tab.id, windowId: tab.windowId };
  const asked = stateFor(tab.url ?? url, url, deliverSoon);
  // Before anything is awaited: the captures that come next wait for it.
  const typed =
    told.typed &&
    recorder.typed(
      told.typed,
      asked.then(({ recording }) => recording),
    );
  const state = await asked;
  await typed;
  if (told.type === 'hello') {
    if (!state.recording) return state;
    if (!told.ready) await injectRecorder(source.tabId, frameId);
    if (state.capture.errors && told.error_event) await injectErrorRelay(source.tabId, frameId, told.error_event);
    if (frameId === 0) await recorder.tab(source.tabId, { url_first_seen: url, ...told.viewport });
    return state;
  }
  if (!state.recording) return false;
  switch (told.type) {
    case 'call': {
      const outcome = await recorder.call(source, told.call, { ...state.capture, masking: state.masking });
      if (outcome !== 'duplicate') await outbox.countLost(told.lost ?? 0);
      return outcome;
    }
    case 'event':
      return recorder.event(source, told.event);
    case 'leave':
      await outbox.countLost(told.lost);
      return leave();
    case 'typed':
      return true;
    case 'page':
    case 'hints': {
      const page = await recorder.page(told.report);
      const found = page && (await hints.onPage(source.tabId, page.url, page.page));
      return told.type === 'page' ? (found?.hints.length ?? 0) : (found ?? false);
    }
  }
}

import type { Runtime } from 'webextension-polyfill';
import type { ContentMessage, RecordingState } from '../messages.ts';
import { maskingFor, mayRecord } from '../settings.ts';
import { readsPage } from './access.ts';
import type { Background } from './background.ts';
import { loadSettings } from './configuration.ts';
import { injectErrorRelay } from './page_errors.ts';
import { loadProject } from './project.ts';

async function stateFor(url: string, frameUrl: string): Promise<RecordingState> {
  const settings = await loadSettings();
  if (!settings.enabled || !mayRecord(settings, url) || !(await readsPage(url))) return { recording: false };
  const answer = await loadProject(settings);
  if (!answer.ok) return { recording: false };
  return {
    recording: true,
    text_key: answer.project.text_key,
    capture: settings.capture,
    masking: maskingFor(settings, [url, frameUrl]),
  };
}

/** Takes what content scripts tell. They run beside pages, so they may add, and ask for the hints of
 * their own page: nothing else is read, and nothing changed, for them. */
export async function onContentMessage(
  { recorder, hints, leave }: Background,
  message: ContentMessage,
  sender: Runtime.MessageSender,
): Promise<unknown> {
  const { tab, frameId } = sender;
  // Answered, or it would be asked again: such a page is in no tab.
  if (tab?.id === undefined || tab.windowId === undefined) return false;
  const source = { tabId: tab.id, windowId: tab.windowId };
  const state = await stateFor(tab.url ?? sender.url ?? '', sender.url ?? '');
  if (message.type === 'hello') {
    if (!state.recording) return state;
    if (state.capture.errors) await injectErrorRelay(source.tabId, frameId ?? 0);
    if (frameId === 0) await recorder.tab(source.tabId, { url_first_seen: message.url, ...message.viewport });
    return state;
  }
  if (!state.recording) return false;
  switch (message.type) {
    case 'call':
      return recorder.call(source, message.call, { ...state.capture, masking: state.masking });
    case 'event':
      return recorder.event(source, message.event);
    case 'leave':
      return leave();
    case 'typed':
      await recorder.typed(message.texts);
      return true;
    case 'page':
    case 'hints': {
      if (frameId !== 0) return message.type === 'page' ? 0 : false;
      const { url, page } = await recorder.page(message);
      const found = await hints.onPage(source.tabId, url, page);
      return message.type === 'page' ? found.hints.length : found;
    }
  }
}

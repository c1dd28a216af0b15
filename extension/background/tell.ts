import browser from 'webextension-polyfill';
import { type BackgroundMessage, sent } from '../messages.ts';

/** Asks the content script in a tab's top frame. Undefined where there is none: not a web page, or not loaded yet. */
export const tell = <T>(tabId: number, message: BackgroundMessage): Promise<T | undefined> =>
  browser.tabs.sendMessage<BackgroundMessage, T>(tabId, sent(message), { frameId: 0 }).catch(() => undefined);

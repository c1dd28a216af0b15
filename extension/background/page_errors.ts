import browser from 'webextension-polyfill';
import { PAGE_ERROR_EVENT } from '../messages.ts';
import { browserName } from './browser_name.ts';

/** Runs in the page's world: must not refer to anything outside itself. */
function relayErrors(eventName: string): void {
  const marked = window as unknown as Record<string, unknown>;
  if (marked[eventName]) return;
  Object.defineProperty(window, eventName, { value: true });
  const tell = (kind: string, message: unknown): void => {
    try {
      const detail = JSON.stringify({ kind, message: String(message).slice(0, 1000) });
      EventTarget.prototype.dispatchEvent.call(document, new CustomEvent(eventName, { detail }));
    } catch {
      // The page changed what this needs: its error is its own, and none of ours must come beside it.
    }
  };
  window.addEventListener('error', (event) => {
    if (event.target === window) tell('error', event.message);
  });
  window.addEventListener('unhandledrejection', (event) => {
    const { reason } = event;
    tell(
      'unhandledrejection',
      reason instanceof Error ? reason.message : typeof reason === 'string' ? reason : typeof reason,
    );
  });
}

/** Chromium tells errors only to listeners in the page's own world; Firefox tells content scripts too and needs no help. */
export async function injectErrorRelay(tabId: number, frameId: number): Promise<void> {
  if (browserName() === 'firefox') return;
  try {
    await browser.scripting.executeScript({
      target: { tabId, frameIds: [frameId] },
      world: 'MAIN',
      func: relayErrors,
      args: [PAGE_ERROR_EVENT],
    });
  } catch {
    // The frame went away meanwhile: it throws no errors any more.
  }
}

import browser from 'webextension-polyfill';
import { browserName } from './browser_name.ts';

/** Runs in the page's world: must not refer to anything outside itself. */
function relayErrors(eventName: string): void {
  const tell = (kind: string, message: unknown): void => {
    try {
      const detail = JSON.stringify({ kind, message: String(message).slice(0, 1000) });
      EventTarget.prototype.dispatchEvent.call(document, new CustomEvent(eventName, { detail }));
    } catch {
      // The page changed what this needs: its error is its own, and none of ours must come beside it.
    }
  };
  window.addEventListener('error', (event) => {
    if (event.isTrusted && event.target === window) tell('error', event.message);
  });
  window.addEventListener('unhandledrejection', (event) => {
    const { isTrusted, reason } = event;
    if (!isTrusted) return;
    tell(
      'unhandledrejection',
      reason instanceof Error ? reason.message : typeof reason === 'string' ? reason : typeof reason,
    );
  });
}

/**
 * Chromium tells errors only to listeners in the page's own world; Firefox tells content scripts too and needs no help.
 * @param eventName known to nobody but the document's content script, as long as the page does not watch what its own world dispatches
 */
export async function injectErrorRelay(tabId: number, frameId: number, eventName: string): Promise<void> {
  if (browserName() === 'firefox') return;
  try {
    await browser.scripting.executeScript({
      target: { tabId, frameIds: [frameId] },
      world: 'MAIN',
      func: relayErrors,
      args: [eventName],
    });
  } catch {
    // The frame went away meanwhile: it throws no errors any more.
  }
}

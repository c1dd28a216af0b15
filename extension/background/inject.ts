import browser from 'webextension-polyfill';

/** Scripts of which most pages never need anything: they come when they are needed. */
export type LateScript = 'artifacts.js' | 'verify.js';

/** Runs a late script in a tab's top frame. A host extension has it in its own content script, and no such file. */
export async function inject(tabId: number, file: LateScript): Promise<void> {
  await browser.scripting.executeScript({ target: { tabId }, files: [file] }).catch(() => undefined);
}

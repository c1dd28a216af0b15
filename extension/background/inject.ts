import browser from 'webextension-polyfill';

/** Scripts of which most pages never need anything: they come when they are needed. */
export type LateScript = 'artifacts.js' | 'verify.js';

/** Runs a late script in a tab's top frame. A host extension has it in its own content script, and no such file. */
export async function inject(tabId: number, file: LateScript): Promise<void> {
  await browser.scripting.executeScript({ target: { tabId }, files: [file] }).catch(() => undefined);
}

/** Runs what records in a frame, at once: the user may act in the next moment. */
export async function injectRecorder(tabId: number, frameId: number): Promise<void> {
  const target = { tabId, frameIds: [frameId] };
  await browser.scripting
    .executeScript({ target, files: ['recorder.js'], injectImmediately: true })
    .catch(() => undefined); // The frame went away meanwhile.
}

/** Runs in all frames of a tab what the manifest brings into new pages. A tab that went away, or is withheld, needs none. */
export async function injectContent(tabId: number): Promise<void> {
  const target = { tabId, allFrames: true };
  await browser.scripting.executeScript({ target, files: ['content.js'] }).catch(() => undefined);
}

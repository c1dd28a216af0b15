import browser from 'webextension-polyfill';
import { browserName } from './browser_name.ts';
import { injectContent } from './inject.ts';

/** Of the manifest's content scripts. */
const PAGES = ['http://*/*', 'https://*/*'];

/**
 * After an install, update or reload, Chromium leaves open pages with scripts of nobody, or with none: they get new ones. Firefox does
 * that itself. Call it at the top of the background script.
 */
export function reinjectContent(): void {
  browser.runtime.onInstalled.addListener(async ({ reason }) => {
    if (browserName() === 'firefox' || !/^(?:install|update)$/.test(reason)) return;
    const tabs = await browser.tabs.query({ url: PAGES, discarded: false });
    await Promise.all(tabs.map(({ id }) => (id === undefined ? undefined : injectContent(id))));
  });
}

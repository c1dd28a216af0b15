import browser from 'webextension-polyfill';

export const browserName = (): 'chrome' | 'firefox' =>
  browser.runtime.getURL('').startsWith('moz-extension:') ? 'firefox' : 'chrome';

import browser from 'webextension-polyfill';
import { part } from './ask.ts';

const ALL_PAGES = { origins: ['<all_urls>'] };

/** Shows whether the browser withholds pages. */
export async function showAccess(): Promise<void> {
  part('access').hidden = await browser.permissions.contains(ALL_PAGES);
}

/** Of popup and options: asks the browser for all pages, in the click itself, since it must see that the user wants it. */
export async function startAccess(): Promise<void> {
  part('allow_pages').addEventListener('click', () => void browser.permissions.request(ALL_PAGES).then(showAccess));
  browser.permissions.onAdded.addListener(() => void showAccess());
  browser.permissions.onRemoved.addListener(() => void showAccess());
  await showAccess();
}

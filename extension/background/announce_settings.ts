import browser from 'webextension-polyfill';
import { sent } from '../messages.ts';

/** All pages and their frames say hello again. */
export async function announceSettings(): Promise<void> {
  const tabs = await browser.tabs.query({});
  await Promise.all(
    tabs.map(async ({ id }) => {
      // Where nobody listens there is nothing to tell.
      if (id !== undefined)
        await browser.tabs.sendMessage(id, sent({ type: 'settings_changed' })).catch(() => undefined);
    }),
  );
}

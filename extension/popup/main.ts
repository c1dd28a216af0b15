import browser from 'webextension-polyfill';
import { startAccess } from '../access_button.ts';
import { ask, part } from '../ask.ts';
import type { Status } from '../messages.ts';
import { showHints } from './hint_list.ts';

const REFRESH_MS = 1000;

const listed = (reasons: Readonly<Record<string, number>>): string =>
  Object.entries(reasons)
    .map(([code, count]) => `${code} × ${count}`)
    .join(', ');

function sentence({ recording, reason, server_url, delivery }: Status): string {
  if (reason) return reason;
  if (!server_url) return 'No server is set: open the options.';
  if (delivery.paused?.until) {
    const seconds = Math.max(0, Math.ceil((delivery.paused.until - Date.now()) / 1000));
    return `${delivery.paused.reason} Next try in ${seconds} s.`;
  }
  if (delivery.paused) return `Paused: ${delivery.paused.reason} Check the key in the options.`;
  return recording ? `Recording to ${server_url}` : 'Not recording.';
}

async function refresh(): Promise<void> {
  const status = await ask<Status>({ type: 'status' });
  const { delivery, withheld, refused } = status;
  part('state').textContent = sentence(status);
  const toggle = part<HTMLButtonElement>('toggle');
  const on = status.recording || status.reason !== undefined;
  toggle.textContent = on ? 'Stop recording' : 'Start recording';
  toggle.setAttribute('aria-pressed', String(on));
  part('queued').textContent = String(delivery.queued);
  part('delivered').textContent = String(delivery.delivered);
  part('dead').textContent = String(delivery.dead);
  part('dropped').textContent = String(delivery.dropped);
  part('reasons').textContent = [
    listed(delivery.dead_reasons),
    listed(delivery.drop_reasons),
    listed(delivery.artifacts_failed),
  ]
    .filter(Boolean)
    .join('; ');
  part('withheld').textContent =
    withheld > 0 ? `${withheld} went without some of their content, which could not be scrubbed.` : '';
  part('refused').textContent =
    refused > 0 ? `${refused} messages to the extension were refused: no page script of ours would send them.` : '';
  part('enqueued').textContent = String(delivery.enqueued);
  for (const id of ['retry', 'letters']) part(id).hidden = delivery.dead === 0;
}

const shown = (work: () => Promise<unknown>) => async (): Promise<void> => {
  try {
    await work();
    await refresh();
  } catch (error) {
    part('state').textContent = error instanceof Error ? error.message : String(error);
  }
};

part('toggle').addEventListener(
  'click',
  shown(() => {
    const enabled = part('toggle').getAttribute('aria-pressed') !== 'true';
    return ask({ type: 'set_recording', enabled });
  }),
);
part('flush').addEventListener(
  'click',
  shown(() => ask({ type: 'flush' })),
);
part('retry').addEventListener(
  'click',
  shown(() => ask({ type: 'retry_dead_letters' })),
);
part('letters').addEventListener(
  'click',
  shown(() => browser.tabs.create({ url: browser.runtime.getURL('options.html#refused') })),
);
part('options').addEventListener(
  'click',
  shown(() => browser.runtime.openOptionsPage()),
);

/** The tab that the popup was opened over; opened as a page of its own, `popup.html?tab=ID` says which. */
async function shownTab(): Promise<number | undefined> {
  const asked = new URLSearchParams(location.search).get('tab');
  if (asked) return Number(asked);
  return (await browser.tabs.query({ active: true, currentWindow: true }))[0]?.id;
}

await startAccess();
const tabId = await shownTab();
let hintsShown = 0;
const refreshAll = shown(async () => {
  if (tabId !== undefined && hintsShown === 0) hintsShown = await showHints(tabId);
});
await refreshAll();
setInterval(refreshAll, REFRESH_MS);

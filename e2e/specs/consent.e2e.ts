import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Status } from '../../extension/messages.ts';
import { createDatabase } from '../../server/testing/databases.ts';
import { type Lab, serveLab } from '../apps/lab.ts';
import { API, ask, type TestBrowser, type TestPage } from '../drivers/driver.ts';
import { available, BROWSERS, launch } from '../drivers/launch.ts';
import { leaks, serverHaystack } from '../harness/haystack.ts';
import { openRows, type Rows } from '../harness/rows.ts';
import { type RunningServer, startServer } from '../harness/server.ts';
import { sleep, until } from '../harness/wait.ts';

/** What a strict site says outside of what is allowed, by where it stands. */
const UNREAD = {
  title: 'Albatross',
  heading: 'Bandicoot',
  'a button': 'Capybara',
  'an id': 'dromedary',
  'a label': 'Echidna',
  'a placeholder': 'Flamingo',
  'an accessible name': 'Gazelle',
  'a test id': 'hedgehog',
  'a class': 'ibis-box',
  'a link': 'jackdaw',
  'an error': 'Kookaburra',
};
const STRICT = `<!doctype html><title>${UNREAD.title}</title>
<nav><button id="menu">Lemur</button></nav>
<main class="${UNREAD['a class']}"><h1>${UNREAD.heading}</h1>
<button id="${UNREAD['an id']}" data-testid="${UNREAD['a test id']}">${UNREAD['a button']}</button>
<label>${UNREAD['a label']} <input id="field" placeholder="${UNREAD['a placeholder']}"></label>
<button class="named" aria-label="${UNREAD['an accessible name']}" onclick="throw new Error('${UNREAD['an error']} failed')">x</button>
<a class="away" href="#" data-to="/${UNREAD['a link']}">${UNREAD['a link']}</a></main>`;
const PAGE = '<!doctype html><title>Open</title><button id="b">Buy</button>';

describe.each(BROWSERS)('what user and browser allow, in %s', (kind) => {
  const skip = !available(kind) || !process.env.PG_BIN;
  let server: RunningServer;
  let lab: Lab;
  let rows: Rows;
  let browser: TestBrowser;
  let page: TestPage;

  beforeAll(async () => {
    if (skip) return;
    const { name, url, cluster } = await createDatabase(process.env.PG_BIN!);
    [server, lab] = await Promise.all([startServer({ DATABASE_URL: url }), serveLab({ '/strict': STRICT, '/': PAGE })]);
    rows = await openRows(cluster.superuserUrl(name));
    browser = await launch(kind, {
      enabled: true,
      server_url: server.url,
      publishable_key: server.publishableKey,
      capture: { dom: true },
      privacy: { strict: ['127.0.0.1'], allow: ['nav'] },
    });
    page = await browser.newPage();
  });
  afterAll(async () => {
    await browser?.close();
    await rows?.close();
    await lab?.close();
    await server?.kill('SIGTERM');
  });

  const status = (): Promise<Status> => ask<Status>(browser, { type: 'status' });
  const delivered = (): Promise<void> =>
    until('all is delivered', async () => {
      const { delivery } = await ask<Status>(browser, { type: 'flush' });
      return delivery.queued === 0 && delivery.artifacts_waiting === 0;
    });
  const clicks = async (): Promise<number> =>
    (await rows.rows<{ n: number }>(`select count(*)::int as n from tool_calls where tool_name = 'dom.click'`))[0]!.n;

  it.skipIf(skip)('of a strict site only what is allowed goes out', async () => {
    await page.goto(`${lab.origin}/strict`);
    await until('the page is recorded', async () => (await status()).delivery.enqueued >= 5);
    for (const selector of ['#menu', `#${UNREAD['an id']}`, '#field', '.named', '.away']) await page.click(selector);
    await page.type('#field', 'x');
    await sleep(1000);
    await delivered();
    expect(await clicks()).toBe(5);
    const stored = await serverHaystack(server, await rows.everything());
    expect(leaks(UNREAD, stored)).toEqual([]);
    expect(leaks({ allowed: 'Lemur' }, stored)).toContain('allowed: the database');
    expect(leaks({ allowed: 'Lemur' }, stored)).toContain('allowed: blobs');
  });

  it.skipIf(skip)('pages that the browser withholds are not recorded, and popup and status say so', async () => {
    await page.goto(lab.origin.replace('127.0.0.1', 'localhost'));
    await page.waitFor('#b');
    await sleep(1000);
    await delivered();
    const before = await clicks();
    await page.click('#b');
    await until('the click is stored', async () => {
      await delivered();
      return (await clicks()) === before + 1;
    });
    const removing = `${API}.permissions.remove({ origins: ['<all_urls>', 'http://*/*', 'https://*/*'] }).then(String, ({ message }) => message)`;
    const removed = await browser.inExtension<string>(removing);
    const popup = await browser.openOwnPage('popup.html');
    const hidden = (): Promise<boolean> => popup.evaluate(`document.getElementById('access').hidden`);
    // Chrome's users withhold pages in its own settings, which nothing but a person reaches.
    expect(removed).toBe(kind === 'firefox' ? 'true' : 'You cannot remove required permissions.');
    expect((await status()).reads_all_pages).toBe(kind === 'chromium');
    await until('the popup says whether pages are withheld', async () => (await hidden()) === (kind === 'chromium'));
    await delivered();
    expect(await clicks()).toBe(before + 1);
    if (kind === 'firefox') {
      await page.click('#b');
      await sleep(1000);
      await delivered();
      expect(await clicks()).toBe(before + 1);
      await popup.click('#allow_pages');
      await until('the popup says nothing more', hidden);
      expect((await status()).reads_all_pages).toBe(true);
      await page.click('#b');
      await until('recording goes on', async () => {
        await delivered();
        return (await clicks()) === before + 2;
      });
    }
    await popup.close();
  });
});

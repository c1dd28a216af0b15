import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Status } from '../../extension/messages.ts';
import { type Lab, serveLab } from '../apps/lab.ts';
import { ask, type TestBrowser, type TestPage } from '../drivers/driver.ts';
import { available, BROWSERS, launch } from '../drivers/launch.ts';
import { type RunningServer, startServer } from '../harness/server.ts';
import { until } from '../harness/wait.ts';

describe.each(BROWSERS)('popup and options in %s', (kind) => {
  const skip = !available(kind);
  let server: RunningServer;
  let lab: Lab;
  let browser: TestBrowser;
  let options: TestPage;

  beforeAll(async () => {
    if (skip) return;
    const pages = { '/': '<!doctype html><title>Shop</title><button id="b">Buy</button>' };
    [server, lab] = await Promise.all([startServer(), serveLab(pages)]);
    browser = await launch(kind, {});
    options = await browser.openOwnPage('options.html');
  });
  afterAll(async () => {
    await browser?.close();
    await lab?.close();
    await server?.kill('SIGTERM');
  });

  const text = (page: TestPage, id: string): Promise<string> =>
    page.evaluate(`document.getElementById('${id}').textContent`);
  const says = (page: TestPage, id: string, wanted: RegExp): Promise<void> =>
    until(`#${id} says ${wanted}`, async () => wanted.test(await text(page, id)));
  const fill = (id: string, value: string): Promise<void> =>
    options.evaluate(`{ document.getElementById('${id}').value = ${JSON.stringify(value)}; undefined }`);

  it.skipIf(skip)('says that no server is set, and refuses settings that cannot be right', async () => {
    const popup = await browser.openOwnPage('popup.html');
    await says(popup, 'state', /No server is set/);
    await popup.close();
    await fill('server_url', 'http://runs.example.com');
    await fill('publishable_key', server.secretKey);
    await options.click('button[type="submit"]');
    await says(options, 'saved', /server_url must use https.*publishable_key is a secret key/);
    expect((await ask<Status>(browser, { type: 'status' })).server_url).toBe('');
  });

  it.skipIf(skip)('says that the key is refused', async () => {
    await fill('server_url', server.url);
    await fill('publishable_key', 'lb_publishable_wrong');
    await options.click('#enabled');
    await options.click('button[type="submit"]');
    await says(options, 'saved', /Saved/);
    const popup = await browser.openOwnPage('popup.html');
    await says(popup, 'state', /refused the key \(401\)/);
    await popup.close();
  });

  it.skipIf(skip)('records once the key is right, shows what was delivered, and stops', async () => {
    await fill('publishable_key', server.publishableKey);
    await options.click('button[type="submit"]');
    await says(options, 'saved', /Saved/);
    const page = await browser.newPage();
    await page.goto(lab.origin);
    await page.waitFor('#b');
    await until(
      'the page is recorded',
      async () => (await ask<Status>(browser, { type: 'status' })).delivery.enqueued >= 5,
    );
    await page.click('#b');
    const popup = await browser.openOwnPage('popup.html');
    await says(popup, 'state', /Recording to http/);
    await popup.click('#flush');
    await says(popup, 'delivered', /^[6-9]$/);
    await says(popup, 'queued', /^0$/);
    await popup.click('#toggle');
    await says(popup, 'state', /Not recording/);
    await until('the run has ended', async () => (await ask<Status>(browser, { type: 'status' })).run_id === undefined);
    await popup.close();
    await page.close();
  });

  it.skipIf(skip)('lists the hints of a tab and checks them on the page', async () => {
    await server.runJob('aggregate');
    const page = await browser.newPage();
    await ask(browser, { type: 'set_recording', enabled: true });
    await page.goto(lab.origin);
    const tabs = await browser.inExtension<{ id: number; url?: string }[]>(
      `(globalThis.browser ?? chrome).tabs.query({}).then((tabs) => tabs.map(({ id, url }) => ({ id, url })))`,
    );
    const tab = tabs.find(({ url }) => url?.startsWith(lab.origin))!;
    const popup = await browser.openOwnPage(`popup.html?tab=${tab.id}`);
    await says(popup, 'hints', /#bCheck/);
    await popup.click('#hints button');
    await says(popup, 'hints', /found by id, \d+ %/);
    await popup.screenshot(`test-results/popup-${kind}.png`);
    await popup.close();
    await page.close();
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Status } from '../../extension/messages.ts';
import { type Lab, serveLab } from '../apps/lab.ts';
import { ask, type TestBrowser, type TestPage } from '../drivers/driver.ts';
import { available, BROWSERS, launch } from '../drivers/launch.ts';
import { type RunningServer, startServer } from '../harness/server.ts';
import { sleep, until } from '../harness/wait.ts';

const CLICKS = 120;
/** Below what one page may cause a second, so that all clicks are told. */
const CLICK_EVERY_MS = 70;
const KILLS = 4;

interface Run {
  readonly calls: readonly { readonly seq: number; readonly event_uuid: string; readonly tool_name: string }[];
}

describe.each(BROWSERS)('a server that is killed, with %s', (kind) => {
  const skip = !available(kind);
  let server: RunningServer;
  let lab: Lab;
  let browser: TestBrowser;
  let page: TestPage;

  beforeAll(async () => {
    if (skip) return;
    const pages = { '/': '<!doctype html><title>Counter</title><button id="b">More</button>' };
    [server, lab] = await Promise.all([startServer(), serveLab(pages)]);
    browser = await launch(kind, { server_url: server.url, publishable_key: server.publishableKey, enabled: true });
    page = await browser.newPage();
    await page.goto(lab.origin);
    await until(
      'the page is recorded',
      async () => (await ask<Status>(browser, { type: 'status' })).delivery.delivered >= 4,
    );
  });
  afterAll(async () => {
    await browser?.close();
    await lab?.close();
    await server?.kill('SIGTERM');
  });

  it.skipIf(skip)('loses nothing that the extension had buffered and stores nothing twice', async () => {
    await page.evaluate(`
      window.clicked = 0;
      window.clicking = setInterval(() => {
        document.getElementById('b').click();
        if (++window.clicked === ${CLICKS}) clearInterval(window.clicking);
      }, ${CLICK_EVERY_MS});`);
    for (let kill = 0; kill < KILLS; kill += 1) {
      await sleep(900 + Math.random() * 600);
      await server.kill('SIGKILL');
      await sleep(200);
      await server.restart();
    }
    await until('all was clicked', () => page.evaluate(`window.clicked === ${CLICKS}`));
    const { run_id } = await ask<Status>(browser, { type: 'status' });
    await until(
      'all is delivered',
      async () => {
        const { delivery } = await ask<Status>(browser, { type: 'flush' });
        return delivery.queued === 0 && delivery.enqueued >= CLICKS;
      },
      240_000,
    );
    const { delivery } = await ask<Status>(browser, { type: 'status' });
    expect(delivery).toMatchObject({ dead: 0, dropped: 0, delivered: delivery.enqueued });

    const { calls } = await server.api<Run>(`/v1/runs/${run_id}`);
    expect(calls.filter(({ tool_name }) => tool_name === 'dom.click')).toHaveLength(CLICKS);
    expect(calls.map(({ seq }) => seq)).toEqual(calls.map((_, index) => index));
    expect(new Set(calls.map(({ event_uuid }) => event_uuid)).size).toBe(calls.length);
  });

  it.skipIf(skip)('counts what a page caused beyond measure, though it goes away at once', async () => {
    const before = (await ask<Status>(browser, { type: 'status' })).delivery;
    await page.evaluate(`{
      for (let n = 0; n < 1000; n += 1) document.getElementById('b').click();
      location.href = 'about:blank';
    }`);
    await until('it is counted', async () => {
      const { delivery } = await ask<Status>(browser, { type: 'status' });
      const { enqueued, delivered, queued, dead, dropped } = delivery;
      expect(enqueued).toBe(delivered + queued + dead + dropped);
      return (delivery.drop_reasons.lost_in_page ?? 0) >= 800 && enqueued >= before.enqueued + 1000;
    });
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHANNEL, type Status } from '../../extension/messages.ts';
import { type Lab, serveLab } from '../apps/lab.ts';
import { API, ask, type TestBrowser, type TestPage, tabIdOf } from '../drivers/driver.ts';
import { available, BROWSERS, launch } from '../drivers/launch.ts';
import { type RunningServer, startServer } from '../harness/server.ts';
import { until } from '../harness/wait.ts';

const PAGES = {
  '/': '<!doctype html><title>Shop</title><button id="b">Buy</button><iframe id="frame" src="/frame"></iframe>',
  '/frame': '<!doctype html><title>Frame</title><button>Inside</button>',
};
const REPORT = { url: 'https://shop.example/', page: { title: 'x', sequence: '' } };

describe.each(BROWSERS)('messages to the background in %s', (kind) => {
  const skip = !available(kind);
  let server: RunningServer;
  let lab: Lab;
  let browser: TestBrowser;
  let page: TestPage;
  let tabId: number;

  beforeAll(async () => {
    if (skip) return;
    [server, lab] = await Promise.all([startServer(), serveLab(PAGES)]);
    browser = await launch(kind, { server_url: server.url, publishable_key: server.publishableKey, enabled: true });
    page = await browser.newPage();
    await page.goto(lab.origin);
    await page.waitFor('#b');
    tabId = await tabIdOf(browser, page);
    await until('the page is recorded', async () => (await status()).delivery.enqueued >= 5);
  });
  afterAll(async () => {
    await browser?.close();
    await lab?.close();
    await server?.kill('SIGTERM');
  });

  const status = (): Promise<Status> => ask<Status>(browser, { type: 'status' });

  /** Sends from where content scripts run, in the top frame or in the frame inside it. */
  async function fromPage(message: Record<string, unknown>, inFrame = false): Promise<unknown> {
    const sent = JSON.stringify({ ...message, channel: CHANNEL });
    return browser.inExtension(`(async () => {
      const target = { tabId: ${tabId}, allFrames: true };
      const func = (message, inFrame) => (window.top !== window) === inFrame ? ${API}.runtime.sendMessage(message) : undefined;
      const results = await ${API}.scripting.executeScript({ target, func, args: [${sent}, ${inFrame}] });
      return results.map(({ result }) => result).find((result) => result !== undefined && result !== null);
    })()`);
  }

  it.skipIf(skip)('are refused and counted where no content script would send them, and change nothing', async () => {
    const before = await status();
    const event = { event_uuid: 'x', name: 'hint.outcome', occurred_at: 'now', url: 'u', data: {} };
    for (const message of [
      { type: 'get_settings' },
      { type: 'save_settings', settings: { server_url: 'https://elsewhere.example' } },
      { type: 'event', event },
      { type: 'typed', typed: ['x'.repeat(20_000)] },
      { type: 'call', call: { context: { run_id: 'x' } } },
    ])
      expect(await fromPage(message)).toEqual({ refused: 'malformed' });
    expect(await fromPage({ type: 'page', report: REPORT }, true)).toEqual({ refused: 'frame' });
    expect(await fromPage({ type: 'hints', report: REPORT }, true)).toEqual({ refused: 'frame' });
    const after = await status();
    expect(after.refused).toBe(before.refused + 7);
    expect(after.delivery.enqueued).toBe(before.delivery.enqueued);
    expect(after.server_url).toBe(server.url);
  });

  it.skipIf(skip)('leave nothing in the window by which a page could know that it is recorded', async () => {
    const own =
      'JSON.stringify(Object.getOwnPropertyNames(window).filter((name) => /laskobot|[0-9a-f]{8}-/i.test(name)))';
    expect(await page.evaluate(own)).toBe('[]');
  });

  it.skipIf(skip)('are taken in the shape of our content script', async () => {
    expect(await fromPage({ type: 'hints', report: REPORT })).toMatchObject({ hints: [] });
    expect(await fromPage({ type: 'typed', typed: ['Kestrel'] }, true)).toBe(true);
  });

  it.skipIf(skip)('cannot be sent, and answers not be read, by the page itself', async () => {
    const quiet = await status();
    // A page that watches what its own world dispatches learns the event by which its errors are told, from its first error on.
    await page.evaluate(`(() => {
      const { dispatchEvent } = EventTarget.prototype;
      window.seen = [];
      EventTarget.prototype.dispatchEvent = function (event) { seen.push(event.type); return dispatchEvent.call(this, event); };
      setTimeout(() => { throw new Error('mine'); });
    })()`);
    await until('the error is recorded', async () => (await status()).delivery.enqueued > quiet.delivery.enqueued);
    const seen = await page.evaluate<string[]>('seen');
    expect(seen).toHaveLength(kind === 'chromium' ? 1 : 0);
    const before = await status();
    // Whatever a page can say: a message to its window, our event with anything in it.
    await page.evaluate(`(() => {
      const name = seen[0] ?? 'error';
      const message = { channel: '${CHANNEL}', type: 'hints', report: ${JSON.stringify(REPORT)} };
      window.heard = [];
      window.addEventListener('message', (event) => { if (event.data !== message && event.data?.channel !== '${CHANNEL}') heard.push(event.data); });
      window.postMessage(message, '*');
      document.dispatchEvent(new CustomEvent(name, { detail: message }));
      document.dispatchEvent(new CustomEvent(name, { detail: JSON.stringify({ kind: 'hint.outcome', message }) }));
      window.dispatchEvent(new ErrorEvent('error', { message: 'forged' }));
    })()`);
    await page.click('#b');
    await until('the click is recorded', async () => (await status()).delivery.enqueued > before.delivery.enqueued);
    const after = await status();
    expect(after.delivery.enqueued).toBe(before.delivery.enqueued + 1);
    expect(after.refused).toBe(before.refused);
    expect(await page.evaluate('JSON.stringify(heard)')).toBe('[]');
    const api = await page.evaluate<string>(
      `typeof (globalThis.browser ?? globalThis.chrome)?.runtime?.sendMessage + ' ' + typeof laskobotVerifies`,
    );
    expect(api).toBe('undefined undefined');
  });
});

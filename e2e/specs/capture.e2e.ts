import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HintsForTab, Status } from '../../extension/messages.ts';
import { CAPTURE_PAGES, type Lab, serveLab } from '../apps/lab.ts';
import { ask, type TestBrowser, type TestPage, tabIdOf } from '../drivers/driver.ts';
import { available, BROWSERS, launch } from '../drivers/launch.ts';
import { type RunningServer, startServer } from '../harness/server.ts';
import { sleep, until } from '../harness/wait.ts';

interface Signature {
  readonly url_norm: string;
}
interface Call {
  readonly seq: number;
  readonly tool_name: string;
  readonly success: boolean;
  readonly error_msg: string | null;
  readonly input_jsonb: Record<string, unknown>;
  readonly url_at_call: string;
  readonly page_signature: Signature | null;
  readonly element_signature: { readonly role: string | null; readonly selector_norm: string } | null;
}
interface Run {
  readonly run: { readonly status: string };
  readonly calls: readonly Call[];
  readonly events: readonly { readonly name: string; readonly data: Record<string, unknown> }[];
}

describe.each(BROWSERS)('capture in %s', (kind) => {
  const skip = !available(kind);
  let server: RunningServer;
  let lab: Lab;
  let browser: TestBrowser;
  let page: TestPage;
  let runId: string;

  beforeAll(async () => {
    if (skip) return;
    [server, lab] = await Promise.all([startServer(), serveLab(CAPTURE_PAGES)]);
    browser = await launch(kind, {
      server_url: server.url,
      publishable_key: server.publishableKey,
      never: ['localhost'],
    });
    page = await browser.newPage();
    await page.goto(`${lab.origin}/app`);
  });
  afterAll(async () => {
    await browser?.close();
    await lab?.close();
    await server?.kill('SIGTERM');
  });

  /** The run as stored, once everything that happened was delivered. */
  async function stored(): Promise<Run> {
    await until('all is delivered', async () => {
      const { delivery } = await ask<Status>(browser, { type: 'flush' });
      return delivery.queued === 0;
    });
    return server.api<Run>(`/v1/runs/${runId}`);
  }

  async function callsSince(seq: number): Promise<readonly Call[]> {
    return (await stored()).calls.filter((call) => call.seq >= seq && call.tool_name !== 'dom.scroll');
  }
  const nextSeq = async (): Promise<number> => (await stored()).calls.length;

  it.skipIf(skip)('records nothing until it is turned on', async () => {
    await page.click('#hash');
    await sleep(1500);
    const status = await ask<Status>(browser, { type: 'status' });
    expect(status.recording).toBe(false);
    expect(status.delivery.enqueued).toBe(0);
    await ask(browser, { type: 'set_recording', enabled: true });
    await until(
      'the page is recorded',
      async () => (await ask<Status>(browser, { type: 'status' })).delivery.enqueued >= 4,
    );
    runId = (await ask<Status>(browser, { type: 'status' })).run_id!;
    expect(runId).toBeDefined();
  });

  it.skipIf(skip)('records navigation inside the page: history.pushState and hash', async () => {
    await page.goto(`${lab.origin}/app`);
    await sleep(600);
    const seq = await nextSeq();
    await page.click('#push');
    await sleep(600);
    await page.click('#hash');
    await sleep(600);
    const calls = await callsSince(seq);
    expect(calls.map(({ tool_name, input_jsonb }) => [tool_name, input_jsonb.kind])).toEqual([
      ['dom.click', undefined],
      ['browser.navigate', 'push'],
      ['dom.click', undefined],
      ['browser.navigate', 'hash'],
    ]);
    expect(calls[1]).toMatchObject({ page_signature: { url_norm: `${lab.origin}/app/items/:id` } });
    expect(calls[1]?.url_at_call).toBe(`${lab.origin}/app/items/4711?token=`);
  });

  it.skipIf(skip)('lays an error of the page to the action that caused it, scrubbed', async () => {
    const seq = await nextSeq();
    await page.click('#throws');
    await sleep(500);
    const [call] = await callsSince(seq);
    expect(call).toMatchObject({ tool_name: 'dom.click', success: false });
    expect(call?.error_msg).toContain('Cannot save for [email]');
    await page.click('#rejects');
    await sleep(500);
    const { events } = await stored();
    const errors = events.filter(({ name }) => name === 'page.error').map(({ data }) => data);
    expect(errors.map(({ kind: what }) => what)).toEqual(['error', 'unhandledrejection']);
    expect(JSON.stringify(errors)).not.toContain('ada.lovelace');
  });

  it.skipIf(skip)('records that something was typed and where, and submits, but never what', async () => {
    const seq = await nextSeq();
    await page.type('#note', 'Kestrel-41');
    await page.click('#send');
    await page.type('#password', 'Kestrel-42');
    await page.type('#editor', 'Kestrel-43');
    await sleep(2000);
    const run = await stored();
    const calls = run.calls.filter((call) => call.seq >= seq);
    expect(calls.map(({ tool_name }) => tool_name)).toEqual([
      'dom.type',
      'dom.click',
      'dom.submit',
      'dom.type',
      'dom.type',
    ]);
    expect(calls.map(({ element_signature }) => element_signature?.role ?? null).slice(0, 2)).toEqual([
      'textbox',
      'button',
    ]);
    expect(JSON.stringify(run)).not.toMatch(/Kestrel-4/);
    expect(server.output()).not.toMatch(/Kestrel-4/);
  });

  it.skipIf(skip)('records inside frames and open shadow roots', async () => {
    const seq = await nextSeq();
    await page.evaluate(`document.getElementById('host').shadowRoot.getElementById('inner').click()`);
    await page.evaluate(`document.getElementById('frame').contentDocument.getElementById('framed').click()`);
    await sleep(600);
    const calls = await callsSince(seq);
    expect(calls.map(({ element_signature }) => element_signature?.role)).toEqual(['button', 'button']);
    expect(calls.map(({ input_jsonb }) => input_jsonb.trusted)).toEqual([false, false]);
    expect(calls[1]?.page_signature?.url_norm).toBe(`${lab.origin}/frame`);
  });

  it.skipIf(skip)('records how far a box was scrolled', async () => {
    await page.evaluate(`document.getElementById('box').scrollTop = 950`);
    await sleep(800);
    const scroll = (await stored()).calls.findLast(({ tool_name }) => tool_name === 'dom.scroll');
    expect(scroll?.input_jsonb).toEqual({ from: 0, to: 0.5, screens: 9.5 });
    expect(scroll?.element_signature).not.toBeNull();
  });

  it.skipIf(skip)('keeps a click that leaves the page', async () => {
    const seq = await nextSeq();
    await page.click('#leave');
    await page.waitFor('h1');
    await sleep(800);
    const calls = await callsSince(seq);
    expect(calls.map(({ tool_name, url_at_call }) => [tool_name, new URL(url_at_call).pathname])).toEqual([
      ['dom.click', '/app/items/4711'],
      ['browser.navigate', '/next'],
    ]);
  });

  it.skipIf(skip)('never records a host on the list', async () => {
    const before = (await ask<Status>(browser, { type: 'flush' })).delivery.enqueued;
    const other = await browser.newPage();
    await other.goto(`${lab.origin.replace('127.0.0.1', 'localhost')}/never`);
    await other.click('#b');
    await sleep(1000);
    expect((await ask<Status>(browser, { type: 'status' })).delivery.enqueued).toBe(before);
    await other.close();
  });

  it.skipIf(skip)('answers no hints where none were learned, and names the tab that it asked for', async () => {
    const found = await ask<HintsForTab>(browser, { type: 'hints', tab_id: await tabIdOf(browser, page) });
    expect(found.hints).toEqual([]);
  });

  it.skipIf(skip)('ends the run when it is turned off', async () => {
    await ask(browser, { type: 'set_recording', enabled: false });
    expect((await stored()).run.status).toBe('completed');
    const { delivery } = await ask<Status>(browser, { type: 'status' });
    expect(delivery).toMatchObject({ queued: 0, dead: 0, dropped: 0 });
    await page.goto(`${lab.origin}/app`);
    await page.click('#hash');
    await sleep(1000);
    expect((await ask<Status>(browser, { type: 'status' })).delivery.enqueued).toBe(delivery.enqueued);
  });
});

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Erased, HintsForTab, Status } from '../../extension/messages.ts';
import type { DeadLetter } from '../../shared/client/outbox.ts';
import type { ElementSignature } from '../../shared/protocol/schema.ts';
import { buildHost, checkTypes, freshProject } from '../apps/host.ts';
import { type Lab, serveLab } from '../apps/lab.ts';
import { API, type TestBrowser, type TestPage, tabIdOf } from '../drivers/driver.ts';
import { available, BROWSERS, install, start } from '../drivers/launch.ts';
import { type FaultProxy, startFaultProxy } from '../harness/fault_proxy.ts';
import { type RunningServer, startServer } from '../harness/server.ts';
import { until } from '../harness/wait.ts';

const run = promisify(execFile);
const TYPED = 'canary-correct-horse-battery';

interface StoredCall {
  readonly tool_name: string;
  readonly success: boolean;
  readonly error_msg: string | null;
  readonly input_jsonb: unknown;
  readonly output_jsonb: unknown;
  readonly page_signature: unknown;
  readonly element_signature: { readonly role: string } | null;
}

interface StoredRun {
  readonly calls: readonly StoredCall[];
  readonly events: readonly { readonly name: string; readonly data: Record<string, unknown> }[];
}

let project: string;
beforeAll(async () => {
  project = await freshProject();
});

describe('the packed package', () => {
  it('has types that a fresh project can check', async () => {
    await checkTypes(project);
  });

  it('loads in plain Node by each of its entries that need no browser', async () => {
    const script = `
      const client = await import('laskobot-runs/client');
      const file = await import('laskobot-runs/client/file');
      const server = await import('laskobot-runs/server');
      const sdk = await import('laskobot-runs/extension');
      console.log(typeof client.createApi, typeof file.openFileClient, typeof server.createApp, typeof sdk.recorder.toolCall, typeof sdk.hints.forPage);`;
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], { cwd: project });
    expect(stdout.trim()).toBe('function function function function function');
  });

  it('runs a tool unrecorded where there is no recording, as in Node', async () => {
    const script = `
      const { recorder } = await import('laskobot-runs/extension');
      console.log(await recorder.toolCall('x', {}, () => 7));
      await recorder.toolCall('x', {}, () => { throw new Error('mine'); }).catch((error) => console.log(error.message));`;
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], { cwd: project });
    expect(stdout.trim().split('\n')).toEqual(['7', 'mine']);
  });
});

describe.each(BROWSERS)('a host extension in %s', (kind) => {
  const skip = !available(kind);
  let server: RunningServer;
  let proxy: FaultProxy;
  let lab: Lab;
  let browser: TestBrowser;
  let page: TestPage;
  let tabId: number;

  beforeAll(async () => {
    if (skip) return;
    // A header that all pages of the site have.
    const header = `<header><a href="/">Shop</a> <button data-testid="search" type="button">Search</button></header>`;
    const site = (name: string) =>
      `<!doctype html><title>${name}</title>${header}<h1>${name}</h1><p>All about ${name}.</p>`;
    const pages = {
      ...Object.fromEntries(['boots', 'coats', 'hats', 'new', 'sale'].map((name) => [`/${name}`, site(name)])),
      '/': `<!doctype html><title>Shop</title><button id="buy" data-testid="buy" onclick="this.textContent = 'Bought'">Buy</button>
        <label>Coupon <input id="coupon"></label><p id="echo"></p>
        <script>coupon.oninput = () => { echo.textContent = 'You typed ' + coupon.value; document.title = coupon.value; };</script>`,
    };
    [server, lab] = await Promise.all([startServer(), serveLab(pages)]);
    proxy = await startFaultProxy(server.url, Math.random);
    const extensionDir = await buildHost(project, kind === 'chromium' ? 'chrome' : 'firefox');
    browser = await start({ ...(await install(kind, {})), extensionDir });
    page = await browser.newPage();
    await page.goto(lab.origin);
    await page.waitFor('#buy');
    tabId = await tabIdOf(browser, page);
  });
  afterAll(async () => {
    await browser?.close();
    await lab?.close();
    await proxy?.close();
    await server?.kill('SIGTERM');
  });

  const tool = async <T>(name: string, input: unknown): Promise<{ value?: T; error?: string }> =>
    browser.inExtension(`${API}.tabs.sendMessage(${tabId}, ${JSON.stringify({ tool: name, input })})`);
  const status = (): Promise<Status> => browser.inExtension('sdk.status()');
  /** Empty before the run itself was delivered. */
  const stored = async (): Promise<StoredRun> => {
    const { run_id } = await status();
    const answer = await fetch(`${server.url}/v1/runs/${run_id}`, { headers: { apikey: server.secretKey } });
    return answer.ok ? ((await answer.json()) as StoredRun) : { calls: [], events: [] };
  };
  const calls = async (): Promise<readonly StoredCall[]> => (await stored()).calls;

  it.skipIf(skip)('runs its tools and records nothing before the user agrees', async () => {
    expect(await tool('dom.click', { selector: '#buy' })).toEqual({ value: { clicked: true } });
    expect((await tool<HintsForTab>('hints', {})).value?.hints).toEqual([]);
    expect(await status()).toMatchObject({ recording: false, delivery: { enqueued: 0 } });
  });

  it.skipIf(skip)(
    'records the calls of its tools once, with page, element, output and error, and nothing typed',
    async () => {
      const settings = { server_url: proxy.url, publishable_key: server.publishableKey };
      expect(await browser.inExtension(`sdk.consent.give(${JSON.stringify(settings)})`)).toEqual([]);
      expect(await browser.inExtension('sdk.consent.given()')).toBe(true);
      await until(
        'the page is recorded',
        async () => (await tool<ElementSignature>('describe', { selector: '#buy' })).value !== undefined,
      );
      expect((await tool<ElementSignature>('describe', { selector: '#buy' })).value).toMatchObject({ role: 'button' });

      await tool('dom.click', { selector: '#buy' });
      await tool('dom.fill', { selector: '#coupon', text: TYPED });
      expect((await tool('dom.click', { selector: '#nowhere' })).error).toMatch(/There is no #nowhere/);
      const renamed = `${API}.runtime.sendMessage(${JSON.stringify({ host: 'tabs.rename', tab_id: tabId, title: 'x' })})`;
      expect(await browser.inExtension(renamed)).toEqual({ renamed: true });

      const byTools = async () =>
        (await calls()).filter(({ tool_name }) => ['dom.click', 'dom.fill', 'tabs.rename'].includes(tool_name));
      await until('the calls are stored', async () => (await byTools()).length >= 4);
      const told = await byTools();
      expect(told.map(({ tool_name, success }) => [tool_name, success])).toEqual([
        ['dom.click', true],
        ['dom.fill', true],
        ['dom.click', false],
        ['tabs.rename', true],
      ]);
      expect(told[0]).toMatchObject({
        input_jsonb: { selector: '#buy' },
        output_jsonb: { clicked: true },
        element_signature: { role: 'button' },
      });
      expect(told[2]?.error_msg).toContain('There is no #nowhere');
      for (const { page_signature } of told) expect(page_signature).toBeTruthy();
      expect(JSON.stringify(await calls())).not.toContain(TYPED);
    },
  );

  it.skipIf(skip)('reads, exports and sends again what the server refused for good', async () => {
    const sent = JSON.stringify({ selector: '#poisoned' });
    proxy.setPoison('#poisoned');
    await tool('dom.click', { selector: '#poisoned' });
    await tool('dom.click', { selector: '#buy' });
    let letters: DeadLetter[] = [];
    await until('it is refused', async () => {
      letters = await browser.inExtension<DeadLetter[]>('sdk.letters()');
      return letters.length > 0 && (await status()).delivery.queued === 0;
    });
    expect(letters).toMatchObject([{ code: 'invalid_body', item: { input_json: { selector: '#poisoned' } } }]);
    const lines = await browser.inExtension<string>('sdk.exported()');
    expect(
      lines
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(letters);
    proxy.setPoison('no such text');
    expect(await browser.inExtension(`sdk.retry(${JSON.stringify(letters[0]?.uuid)})`)).toBe(1);
    await until('it is stored', async () =>
      (await calls()).some(({ input_jsonb }) => JSON.stringify(input_jsonb) === sent),
    );
    expect((await status()).delivery).toMatchObject({ dead: 0, queued: 0 });
  });

  it.skipIf(skip)('gets the hint that its own calls made, resolves it, and reports the outcome', async () => {
    await server.runJob('aggregate');
    await page.goto(lab.origin);
    await page.waitFor('#buy');
    let hint: HintsForTab['hints'][number] | undefined;
    await until('there is a hint', async () => {
      const { value } = await tool<HintsForTab>('hints', {});
      hint = value?.hints.find(({ data }) => data.selector.includes('buy'));
      if (!hint) await server.runJob('aggregate');
      return hint !== undefined;
    });
    const { value } = await tool<{ outcome: string; id: string }>('use.hint', { hint });
    expect(value).toMatchObject({ outcome: 'found', id: 'buy' });
    let outcome: Record<string, unknown> | undefined;
    await until('the outcome is stored', async () => {
      outcome = (await stored()).events.find(({ name }) => name === 'hint.outcome')?.data;
      return outcome !== undefined;
    });
    expect(outcome).toMatchObject({ hint_id: hint?.hint_id, version: hint?.version, outcome: 'found' });
    expect(await page.evaluate(`document.getElementById('buy').textContent`)).toBe('Bought');
    const moved = await tool<{ outcome: string }>('use.hint', {
      hint: { ...hint, page: { ...hint?.page, url_norm: 'https://elsewhere.example/' } },
    });
    expect(moved.value).toMatchObject({ outcome: 'page_mismatch' });
  });

  const recordedPage = async (path: string): Promise<void> => {
    await page.goto(lab.origin + path);
    await page.waitFor('[data-testid="search"]');
    await until(
      'the page is recorded',
      async () => (await tool('describe', { selector: '[data-testid="search"]' })).value !== undefined,
    );
  };
  const hintsNow = async (): Promise<HintsForTab | undefined> => (await tool<HintsForTab>('hints', {})).value;
  const bundlesHeld = (): Promise<number> =>
    browser.inExtension(`new Promise((resolve, reject) => {
      const opening = indexedDB.open('laskobot-runs');
      opening.onerror = () => reject(opening.error);
      opening.onsuccess = () => {
        const counting = opening.result.transaction('bundles').objectStore('bundles').count();
        counting.onsuccess = () => { opening.result.close(); resolve(counting.result); };
      };
    })`);

  it.skipIf(skip)('knows a control of the site on a page that nobody met, also without the server', async () => {
    for (const path of ['/boots', '/coats', '/hats']) {
      await recordedPage(path);
      expect((await tool('dom.click', { selector: '[data-testid="search"]' })).error).toBeUndefined();
    }
    await recordedPage('/new');
    let found: HintsForTab | undefined;
    await until(
      'the site is learned of',
      async () => {
        await server.runJob('aggregate');
        found = await hintsNow();
        return found?.page_match === 'domain';
      },
      60_000,
    );
    const use = async () => {
      const hint = found?.hints.find(({ data }) => data.selector.includes('search'));
      expect(hint?.domain).toEqual({ pages: 3 });
      return (await tool<{ outcome: string }>('use.hint', { hint })).value;
    };
    expect(await use()).toMatchObject({ outcome: 'found' });
    await until('its bundle is held', async () => (await bundlesHeld()) === 1);

    await server.kill('SIGTERM');
    await recordedPage('/sale');
    found = await hintsNow();
    expect(found).toMatchObject({ page_match: 'domain', from: 'bundle' });
    expect(found?.age_ms).toBeGreaterThan(0);
    expect(await use()).toMatchObject({ outcome: 'found' });
    const header = `document.querySelector('[data-testid="search"]')`;
    await page.evaluate(`${header}.textContent = 'Find your size'`);
    expect((await use())?.outcome).not.toBe('found');
  });

  it.skipIf(skip)('erases what the browser holds, and keeps its books', async () => {
    await page.goto(lab.origin);
    await page.waitFor('#buy');
    await tool('dom.click', { selector: '#buy' });
    await until('a call waits', async () => (await status()).delivery.queued > 0);
    const erased = await browser.inExtension<Erased>('sdk.erase()');
    expect(erased.items).toBeGreaterThan(0);
    expect(erased.session_id).toBeTruthy();
    expect([erased.bundles, await bundlesHeld()]).toEqual([1, 0]);
    const { delivery } = await status();
    expect(delivery).toMatchObject({ queued: 0, dead: 0 });
    expect(delivery.drop_reasons.erased).toBeGreaterThan(0);
    expect(delivery.enqueued).toBe(delivery.delivered + delivery.queued + delivery.dead + delivery.dropped);
    await browser.inExtension('sdk.consent.withdraw()');
    expect(await browser.inExtension('sdk.consent.given()')).toBe(false);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HintsForTab, Status, VerifyResult } from '../../extension/messages.ts';
import type { BestSelectorHint } from '../../shared/protocol/schema.ts';
import { EVENT_STORM, HOSTILE_PAGES, MUTATION_STORM } from '../../shared/testing/hostile-pages.ts';
import { DOCUMENTS, type Lab, serveLab } from '../apps/lab.ts';
import { ask, type TestBrowser, type TestPage, tabIdOf } from '../drivers/driver.ts';
import { available, BROWSERS, launch } from '../drivers/launch.ts';
import { type RunningServer, startServer } from '../harness/server.ts';
import { sleep, until } from '../harness/wait.ts';

interface Call {
  readonly tool_name: string;
  readonly success: boolean;
  readonly input_jsonb: Record<string, unknown>;
  readonly url_at_call: string;
  readonly page_signature: object | null;
  readonly element_signature: { readonly role: string | null; readonly selector_norm: string } | null;
}
interface Run {
  readonly calls: readonly Call[];
  readonly events: readonly { readonly name: string; readonly data: Record<string, unknown> }[];
}

const path = (name: string): string => `/${name}`;
const PAGES = {
  ...Object.fromEntries(Object.entries(HOSTILE_PAGES).map(([name, html]) => [path(name), html])),
  '/event_storm': EVENT_STORM,
  '/mutation_storm': MUTATION_STORM,
  ...DOCUMENTS,
};
/** Left to the unit tests, to keep the suite short. */
const NOT_HERE = ['nodes_100000_divs', 'text_10mb_deep', 'shadow_roots_nested'];
/** In the second browser: those that the browsers could take differently. */
const IN_FIREFOX = ['clobbered', 'clobbered_document', 'throwing', 'nodes_100000', 'shadow_roots_10000'];

/** Tasks of over 50 ms, which Chromium tells: ours and the page's own. */
const WATCH_TASKS = `{
  window.longTasks = [];
  if (PerformanceObserver.supportedEntryTypes.includes('longtask'))
    new PerformanceObserver((list) => { for (const { duration } of list.getEntries()) window.longTasks.push(duration); }).observe({ type: 'longtask' });
  undefined
}`;

describe.each(BROWSERS)('pages of all kinds in %s', (kind) => {
  const skip = !available(kind);
  let server: RunningServer;
  let lab: Lab;
  let browser: TestBrowser;
  let page: TestPage;

  beforeAll(async () => {
    if (skip) return;
    [server, lab] = await Promise.all([startServer(), serveLab(PAGES)]);
    browser = await launch(kind, { enabled: true, server_url: server.url, publishable_key: server.publishableKey });
    page = await browser.newPage();
    // The run and its session are told before the first page is watched.
    await page.goto(`${lab.origin}/nested`);
    await until('the first page is recorded', async () => (await enqueued()) >= 5);
  });
  afterAll(async () => {
    await browser?.close();
    await lab?.close();
    await server?.kill('SIGTERM');
  });

  const enqueued = async (): Promise<number> => (await ask<Status>(browser, { type: 'status' })).delivery.enqueued;

  async function run(): Promise<Run> {
    await until('all is delivered', async () => {
      const { delivery } = await ask<Status>(browser, { type: 'flush' });
      return delivery.queued === 0;
    });
    const { run_id } = await ask<Status>(browser, { type: 'status' });
    return server.api<Run>(`/v1/runs/${run_id}`);
  }

  /** Opens a page and waits until its load is recorded: then it is watched. */
  async function open(where: string): Promise<void> {
    const loads = async (): Promise<number> =>
      (await run()).calls.filter(
        ({ tool_name, url_at_call }) => tool_name === 'browser.navigate' && new URL(url_at_call).pathname === where,
      ).length;
    const before = await loads();
    await page.goto(lab.origin + where);
    await until(`${where} is recorded`, async () => (await loads()) > before);
  }

  const clicksOn = async (where: string): Promise<readonly Call[]> =>
    (await run()).calls.filter(
      ({ tool_name, url_at_call }) => tool_name === 'dom.click' && new URL(url_at_call).pathname === where,
    );

  async function clickIsRecorded(where: string): Promise<Call> {
    let clicks: readonly Call[] = [];
    await until(`the click on ${where} is stored`, async () => {
      clicks = await clicksOn(where);
      return clicks.length > 0;
    });
    expect(clicks).toHaveLength(1);
    return clicks[0]!;
  }

  const hostile = Object.keys(HOSTILE_PAGES).filter((name) =>
    kind === 'chromium' ? !NOT_HERE.includes(name) : IN_FIREFOX.includes(name),
  );
  it.skipIf(skip).each(hostile)('a hostile page: %s', async (name) => {
    await open(path(name));
    await page.evaluate(WATCH_TASKS);
    await page.evaluate('go.click()');
    const click = await clickIsRecorded(path(name));
    expect(click.element_signature).not.toBeNull();
    expect(click.page_signature).not.toBeNull();
    expect(await page.evaluate('window.clicked')).toBe(1);
    expect(page.extensionErrors()).toEqual([]);
    const longest = await page.evaluate('Math.max(0, ...(window.longTasks ?? []))');
    console.info(`${kind} ${name}: longest task ${longest} ms`);
  });

  it.skipIf(skip)('100,000 events that the page makes itself', async () => {
    await open('/event_storm');
    await page.click('#go');
    await until('the storm is over', async () => Number(await page.evaluate('window.over ?? 0')) > 0, 240_000);
    expect(await page.evaluate('window.heard')).toBe(75_000);
    console.info(`${kind}: 100,000 events took ${await page.evaluate('window.over')} ms`);
    expect(await page.evaluate('window.clicked')).toBe(1);
    await sleep(2000);
    await page.click('#go');
    const clicks = await clicksOn('/event_storm');
    expect(clicks.filter(({ input_jsonb }) => input_jsonb.trusted === true).length).toBeGreaterThan(0);
    expect(clicks.length).toBeLessThan(1000);
    expect(page.extensionErrors()).toEqual([]);
  });

  it.skipIf(skip)('10,000 changes a second', async () => {
    await open('/mutation_storm');
    await page.click('#go');
    await clickIsRecorded('/mutation_storm');
    expect(await page.evaluate('window.clicked')).toBe(1);
    expect(page.extensionErrors()).toEqual([]);
  });

  it.skipIf(skip)(
    'closed shadow roots: the element inside, with what it is; also what does not leave the root',
    async () => {
      await open('/shadow');
      await page.evaluate('inner.inside.scrollIntoView()');
      await page.clickAt(await page.evaluate<[number, number]>('inner.place()'));
      await page.evaluate('inner.scripted.click()');
      await page.evaluate(`inner.host.click()`);
      await page.evaluate(
        `{ inner.choice.focus(); inner.choice.value = 'b'; inner.choice.dispatchEvent(new Event('change', { bubbles: true })); undefined }`,
      );
      const made = async (): Promise<readonly Call[]> =>
        (await run()).calls.filter(
          ({ url_at_call, tool_name }) => url_at_call.endsWith('/shadow') && tool_name !== 'browser.navigate',
        );
      await until('all four are stored', async () => (await made()).length >= 4);
      expect(
        (await made()).map(({ tool_name, element_signature }) => [tool_name, element_signature?.selector_norm]),
      ).toEqual([
        ['dom.click', '#inside'],
        ['dom.click', '#scripted'],
        ['dom.click', '#closed'],
        ['dom.select', 'role=combobox[name="Choice"]'],
      ]);
      expect(await page.evaluate('inner.clicked')).toBe(1);
      await server.runJob('aggregate');
      const tab_id = await tabIdOf(browser, page);
      await page.goto(`${lab.origin}/shadow`);
      let hint: BestSelectorHint | undefined;
      await until('the hint is there', async () => {
        const { hints } = await ask<HintsForTab>(browser, { type: 'hints', tab_id });
        hint = hints.find(({ data }) => data.selector === '#inside');
        return hint !== undefined;
      });
      const found = await ask<VerifyResult>(browser, {
        type: 'verify',
        tab_id,
        hint: hint!,
        action: { type: 'click' },
      });
      expect(found).toMatchObject({ outcome: 'found', acted: true });
      expect(await page.evaluate('inner.clicked')).toBe(1);
    },
  );

  it.skipIf(skip)('frames: srcdoc, nested, written by their page, and removed by their own button', async () => {
    await open('/frames');
    await page.waitFor('#written');
    await sleep(1000);
    for (const frame of ['srcdoc', 'written', 'nested', 'gone']) {
      await page.evaluate(`clickIn('${frame}')`);
      await sleep(300);
    }
    const made = async (): Promise<readonly Call[]> =>
      (await run()).calls.filter(
        ({ tool_name, element_signature }) =>
          tool_name === 'dom.click' && /In frame/.test(element_signature?.selector_norm ?? ''),
      );
    await until('all four are stored', async () => (await made()).length >= 4);
    expect(
      (await made()).map(({ element_signature, url_at_call }) => [
        element_signature?.selector_norm,
        new URL(url_at_call).pathname,
      ]),
    ).toEqual([
      ['text="In frame srcdoc"', '/frames'],
      ['text="In frame written"', '/frames'],
      ['text="In frame nested"', '/nested'],
      ['text="In frame gone"', '/gone'],
    ]);
    expect(await page.evaluate('document.getElementById("gone") === null')).toBe(true);
  });

  it.skipIf(skip)('back and forward: recording goes on, and every state is told once', async () => {
    await open('/first');
    await open('/second');
    const navigations = async (): Promise<readonly (readonly [string, unknown])[]> =>
      (await run()).calls
        .filter(({ tool_name, url_at_call }) => tool_name === 'browser.navigate' && /first|second/.test(url_at_call))
        .map(({ url_at_call, input_jsonb }) => [new URL(url_at_call).pathname, input_jsonb.kind] as const);
    await page.evaluate('{ setTimeout(() => history.back()); undefined }');
    await until('back is told', async () => (await navigations()).length >= 3);
    console.info(`${kind}: restored from the back/forward cache: ${await page.evaluate('window.restored === true')}`);
    await page.click('#go');
    await clickIsRecorded('/first');
    await page.evaluate('{ setTimeout(() => history.forward()); undefined }');
    await until('forward is told', async () => (await navigations()).length >= 4);
    await page.click('#go');
    await clickIsRecorded('/second');
    expect(await navigations()).toEqual([
      ['/first', 'load'],
      ['/second', 'load'],
      ['/first', 'traverse'],
      ['/second', 'traverse'],
    ]);
  });
});

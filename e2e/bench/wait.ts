import { rm } from 'node:fs/promises';
import { type BrowserContext, chromium } from 'playwright';
import type { Status } from '../../extension/messages.ts';
import type { Served } from '../../server/testing/serve_loopback.ts';
import type { LookupResponse, WaitConditionHint } from '../../shared/protocol/schema.ts';
import { chromiumPath } from '../../shared/testing/chromium.ts';
import { openChromium } from '../drivers/chromium.ts';
import { ask, configuredExtension, newProfile, type TestBrowser } from '../drivers/driver.ts';
import { type RunningServer, startServer } from '../harness/server.ts';
import { until } from '../harness/wait.ts';
import type { Bench } from './bench.ts';
import { recordsOf } from './uplift/records_of.ts';
import { serveWaits, WAIT_PAGE_NAMES, type WaitPageName } from './wait/pages.ts';
import { summarise, type Waited, type WaitFigures } from './wait/score.ts';
import { byHint, fixed, IDLE_MS, networkIdle, type Strategy } from './wait/strategies.ts';

const SEED = 20_261_123;
/** Visits of each page that are learned from. */
const LEARNED = 30;
const RUNS = 16;
/** Tabs a page: each visit is nearly all waiting. */
const TABS = 2;
const FIRST_RUN = 10_000;

/** Does `work` with the numbers from `first` on, in several tabs at once. */
async function inTabs<T>(
  context: BrowserContext,
  first: number,
  count: number,
  work: (page: Awaited<ReturnType<BrowserContext['newPage']>>, n: number) => Promise<T>,
): Promise<T[]> {
  const results: T[] = [];
  let next = first;
  const tab = async (): Promise<void> => {
    const page = await context.newPage();
    while (next < first + count) results.push(await work(page, next++));
    await page.close();
  };
  await Promise.all(Array.from({ length: TABS }, tab));
  return results;
}

/** Visits each page as a script with long patience does, under the eyes of the extension; answers the hints made of it. */
async function learn(
  { browser, context }: { readonly browser: TestBrowser; readonly context: BrowserContext },
  server: RunningServer,
  { origin }: Served,
): Promise<Map<WaitPageName, WaitConditionHint>> {
  await Promise.all(
    WAIT_PAGE_NAMES.map((name) =>
      inTabs(context, 0, LEARNED, async (page, n) => {
        await page.goto(`${origin}/${name}?n=${n}`);
        await page.click('#go');
      }),
    ),
  );
  await until('all is delivered', async () => {
    const { delivery } = await ask<Status>(browser, { type: 'flush' });
    return delivery.queued === 0;
  });
  await server.runJob('aggregate');
  const hints = new Map<WaitPageName, WaitConditionHint>();
  for (const name of WAIT_PAGE_NAMES) {
    const { element_hints } = await server.api<LookupResponse>('/hints/lookup', { url: `${origin}/${name}` });
    const hint = element_hints.find((one): one is WaitConditionHint => one.hint_type === 'wait_condition');
    if (!hint) throw new Error(`no wait_condition was learned for ${name}`);
    hints.set(name, hint);
  }
  return hints;
}

/** Fresh visits in which all ways of waiting are tried side by side, so on the same delays. */
async function compare(context: BrowserContext, url: string, hint: WaitConditionHint, runs: number) {
  const strategies = {
    hint: byHint(hint),
    fixed_1000: fixed(1000),
    fixed_3000: fixed(3000),
    network_idle: networkIdle,
  };
  const names = Object.keys(strategies) as (keyof typeof strategies)[];
  const visits = await inTabs(context, FIRST_RUN, runs, async (page, n) => {
    await page.goto(`${url}?n=${n}`, { waitUntil: 'commit' });
    return Promise.all(names.map((name) => (strategies[name] satisfies Strategy)(page)));
  });
  return Object.fromEntries(names.map((name, at) => [name, visits.map((waits) => waits[at]!)])) as Record<
    keyof typeof strategies,
    Waited[]
  >;
}

type Name = 'hint' | 'fixed_1000' | 'fixed_3000' | 'network_idle';
const figuresOf = (waits: Readonly<Record<Name, readonly Waited[]>>) =>
  Object.fromEntries(Object.entries(waits).map(([name, all]) => [name, summarise(all)])) as Record<Name, WaitFigures>;

/** Waiting as hints say, against fixed timeouts and against a quiet network, on pages whose delays vary. */
export const wait: Bench = {
  name: 'wait',
  measures:
    'how long is waited for controls and how often in vain: learned hints, fixed timeouts, network idle (--runs N a page)',
  async run({ runs = RUNS, seed = SEED }) {
    const executablePath = chromiumPath();
    if (!executablePath) throw new Error('wait needs Chromium; set CHROMIUM_PATH.');
    const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    const [server, site] = await Promise.all([startServer(), serveWaits(seed)]);
    const configuration = { server_url: server.url, publishable_key: server.publishableKey, enabled: true };
    const extensionDir = await configuredExtension('chromium', configuration);
    const profileDir = await newProfile();
    try {
      const learning = await openChromium({ kind: 'chromium', executablePath, extensionDir, profileDir, host: '' });
      await recordsOf(learning, `${site.origin}/first`);
      console.error(`learning from ${LEARNED} visits of each page, seed ${seed}`);
      const hints = await learn(learning, server, site).finally(() => learning.browser.close());

      console.error(`${runs} fresh visits of each page`);
      const plain = await chromium.launch({ executablePath, args });
      const all: Record<Name, Waited[]> = { hint: [], fixed_1000: [], fixed_3000: [], network_idle: [] };
      const by_page: Record<string, unknown> = {};
      try {
        await Promise.all(
          [...hints].map(async ([name, hint]) => {
            const waits = await compare(await plain.newContext(), `${site.origin}/${name}`, hint, runs);
            for (const strategy of Object.keys(all) as Name[]) all[strategy].push(...waits[strategy]);
            const { signal, timeout_ms, p50_ms, p95_ms, samples } = hint.data;
            by_page[name] = { learned: { signal, timeout_ms, p50_ms, p95_ms, samples }, ...figuresOf(waits) };
          }),
        );
      } finally {
        await plain.close();
      }
      return { seed, runs, idle_given_up_ms: IDLE_MS, ...figuresOf(all), by_page };
    } finally {
      await server.kill('SIGTERM');
      await site.close();
      for (const folder of [extensionDir, profileDir, server.dataDir])
        await rm(folder, { recursive: true, force: true });
    }
  },
};

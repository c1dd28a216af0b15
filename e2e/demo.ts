import { rm } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { HintsForTab, Status, VerifyResult } from '../extension/messages.ts';
import { APPS, type App, serveApps } from './apps/pages.ts';
import { perform, SCRIPTS, type Step } from './apps/scripts.ts';
import { ask, type BrowserKind, type TestBrowser, type TestPage, tabIdOf } from './drivers/driver.ts';
import { launch } from './drivers/launch.ts';
import { hintOf } from './harness/hint_of.ts';
import { startServer } from './harness/server.ts';
import { sleep, until } from './harness/wait.ts';
import { provideChromium, provideFirefox } from './provision/browsers.ts';

const HELP = `npm run demo [-- OPTIONS]

Starts the server on a fresh data folder, drives a real browser with the extension twice over a real application,
and prints what was recorded, learned, looked up and verified, with its latency.

  --app NAME      ${APPS.join(', ')} (default swagger-ui)
  --browser NAME  chromium (default) or firefox
  --help          this text
`;

interface StoredCall {
  readonly seq: number;
  readonly tool_name: string;
  readonly latency_ms: number;
  readonly success: boolean;
  readonly page_signature: { readonly url_norm: string } | null;
  readonly element_signature: {
    readonly selector_norm: string;
    readonly role: string | null;
    readonly attr_fingerprint_hash: string;
  } | null;
  readonly artifacts: readonly { readonly type: string; readonly size_bytes: number }[];
}

function usage(problem: string): never {
  console.error(`${problem}\n\n${HELP}`);
  process.exit(2);
}

function options(): { app: App; kind: BrowserKind } {
  const { values } = parseArgs({
    options: { app: { type: 'string' }, browser: { type: 'string' }, help: { type: 'boolean' } },
  });
  if (values.help) {
    console.log(HELP);
    process.exit(0);
  }
  const app =
    APPS.find((name) => name === (values.app ?? 'swagger-ui')) ?? usage(`There is no application ${values.app}.`);
  const kind = (['chromium', 'firefox'] as const).find((name) => name === (values.browser ?? 'chromium'));
  return { app, kind: kind ?? usage(`There is no browser ${values.browser}.`) };
}

async function provideBrowser(kind: BrowserKind): Promise<void> {
  const path = kind === 'chromium' ? await provideChromium() : await provideFirefox();
  if (!path) throw new Error(`No ${kind} was found or could be installed; set ${kind.toUpperCase()}_PATH.`);
  process.env[`${kind.toUpperCase()}_PATH`] = path;
}

const heading = (text: string): void => console.log(`\n\x1b[1m${text}\x1b[0m`);
const column = (value: unknown, width: number): string => String(value).slice(0, width).padEnd(width);
const ms = (value: number): string => `${value.toFixed(1)} ms`;

const tabHints = async (browser: TestBrowser, page: TestPage): Promise<HintsForTab> =>
  ask<HintsForTab>(browser, { type: 'hints', tab_id: await tabIdOf(browser, page) });

const { app, kind } = options();
const started = Date.now();
await provideBrowser(kind);
const [server, apps] = await Promise.all([startServer(), serveApps()]);
apps.deploy(app, 'old');
const configuration = {
  server_url: server.url,
  publishable_key: server.publishableKey,
  enabled: true,
  capture: { dom: true, screenshots: true },
};

async function delivered(browser: TestBrowser): Promise<void> {
  await until(
    'everything is delivered',
    async () => (await ask<Status>(browser, { type: 'flush' })).delivery.queued === 0,
  );
}

/** Does the script by its own selectors, as a run without memory does. */
async function firstSession(): Promise<StoredCall[]> {
  const browser = await launch(kind, configuration);
  const page = await browser.newPage();
  await page.goto(apps.url(app));
  // Recording begins when the extension has its settings, which a browser that just started takes seconds to give.
  await until(
    'the page is recorded',
    async () => (await ask<Status>(browser, { type: 'status' })).delivery.enqueued >= 5,
  );
  for (const step of SCRIPTS[app]) {
    await perform(page, step, step.control?.old ?? '');
    await sleep(400);
  }
  await sleep(1800);
  const { run_id } = await ask<Status>(browser, { type: 'status' });
  await ask(browser, { type: 'set_recording', enabled: false });
  await delivered(browser);
  await browser.close();
  return (await server.api<{ calls: StoredCall[] }>(`/v1/runs/${run_id}`)).calls;
}

/** Does the script again in a new profile, knowing only what the hints say. Returns how many steps were right. */
async function secondSession(steps: readonly Step[], calls: readonly StoredCall[]): Promise<number> {
  const browser = await launch(kind, configuration);
  const page = await browser.newPage();
  await page.goto(apps.url(app));
  let right = 0;
  for (const [index, step] of steps.entries()) {
    await page.waitFor(step.control!.old);
    await until('hints have come', async () => (await tabHints(browser, page)).hints.length > 0);
    const { hints, lookup_ms, page_match } = await tabHints(browser, page);
    const recorded = calls[index]?.element_signature;
    const hint = recorded && hintOf(hints, recorded);
    if (!hint) {
      console.log(`  ${column(step.tool, 12)} no hint among ${hints.length}`);
      continue;
    }
    const result = await ask<VerifyResult>(browser, { type: 'verify', tab_id: await tabIdOf(browser, page), hint });
    const found = result.outcome === 'found' ? result.selector : '';
    const isRight =
      found !== '' &&
      (await page.evaluate<boolean>(
        `document.querySelector(${JSON.stringify(found)}) === document.querySelector(${JSON.stringify(step.control!.old)})`,
      ));
    const verdict =
      result.outcome === 'found' ? `${isRight ? 'right' : 'WRONG'} by ${result.found_by}` : result.outcome;
    console.log(
      `  ${column(step.tool, 12)} ${column(hint.data.selector, 40)} ${column(verdict, 20)} looked up in ${ms(lookup_ms)} (${page_match}), verified in ${ms(result.ms)}`,
    );
    if (isRight) {
      await perform(page, step, found);
      right += 1;
    }
  }
  await delivered(browser);
  await browser.close();
  return right;
}

try {
  heading(`1. Record: ${app} in ${kind}, with the extension, server on an embedded Postgres at ${server.url}`);
  const calls = await firstSession();
  for (const { seq, tool_name, latency_ms, element_signature, artifacts } of calls) {
    const files = artifacts.map(({ type, size_bytes }) => `${type} ${size_bytes} B`).join(', ');
    console.log(
      `  ${column(seq, 3)} ${column(tool_name, 18)} ${column(`${latency_ms} ms`, 9)} ${element_signature?.selector_norm ?? files}`,
    );
  }

  heading('2. Learn: the batch job');
  const job = await server.api<{ outcome: string; duration_ms: number }>('/internal/jobs/aggregate', {});
  console.log(`  ${job.outcome} ${JSON.stringify(job)}`);

  heading('3. Look up, verify, act: a new profile, the same application');
  const steps = SCRIPTS[app].filter(({ control }) => control);
  const acted = calls.filter(({ element_signature }) => element_signature);
  const right = await secondSession(steps, acted);

  heading(
    `${right} of ${steps.length} controls found again and used, in ${((Date.now() - started) / 1000).toFixed(0)} s.`,
  );
  console.log(
    '  Hints are active after one success here (HINTS_MIN_SUCCESSES=1), so that one session is enough to see them.',
  );
  process.exitCode = right === steps.length ? 0 : 1;
} finally {
  await server.kill('SIGTERM');
  await apps.close();
  await rm(server.dataDir, { recursive: true, force: true });
}

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Browser, chromium } from 'playwright';
import { bundle } from '../../shared/testing/chromium.ts';
import type { Bench } from './bench.ts';
import { figures, type Measured, median, medians, pooled, ratio } from './capture_figures.ts';
import type { measure } from './capture_page.ts';
import { ordersPage } from './orders_page.ts';
import { percentile, rounded } from './percentile.ts';

/** Rows of a table that make pages of about 1,200 and 12,000 elements. */
const SIZES = { nodes_1200: 95, nodes_12000: 995 } as const;
const ROUNDS = 30;
/** Fresh loads of a generated page: what takes long in one of them only was the machine's other work. */
const LOADS = 3;
const SAVED_ROUNDS = 15;
/** Longer tasks keep a page from answering: https://www.w3.org/TR/longtasks-1/ */
const LONG_TASK_MS = 50;
/** A page that is isolated from other origins has a clock of 5 µs; others have one of 100, and half of what is measured takes less. */
const FINE_CLOCK = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' };
/** How many times cheaper than a snapshot reading a page and an element is to be. */
const TIMES = 10;

export const capture: Bench = {
  name: 'capture',
  measures:
    'cost of reading page and element for their signatures, against rrweb and @medv/finder, and sizes (--data a folder of saved pages)',
  async run({ data }) {
    const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    try {
      const code = await bundle('e2e/bench/capture_page.ts', 'Capture');
      const generated: Record<string, unknown> = {};
      let cheaper = Number.POSITIVE_INFINITY;
      for (const [name, rows] of Object.entries(SIZES)) {
        const html = ordersPage(rows);
        const unprepared = await on(browser, code, html, 1, { others: false, prepared: false });
        const loads: Measured[] = [];
        for (let n = 0; n < LOADS; n += 1)
          loads.push(await on(browser, code, html, ROUNDS, { others: n === 0, prepared: true }));
        const measured = pooled(loads);
        generated[name] = {
          ...figures(measured),
          element_ms_p95_of_medians: rounded(percentile(medians(loads.map(({ element_ms }) => element_ms)), 0.95)),
          unprepared_first_element_ms: rounded(unprepared.first_element_ms ?? 0),
        };
        cheaper = Math.min(cheaper, ratio(measured));
      }
      const saved = data ? await savedPages(browser, code, data) : {};
      return { ...generated, cheaper_than_rrweb: rounded(cheaper, 1), ...saved, ...(await sizes()) };
    } finally {
      await browser.close();
    }
  },
};

/** Measures on one page, in a tab of its own; nothing is loaded and the page's own scripts do not run. */
async function on(
  browser: Browser,
  code: string,
  html: string,
  rounds: number,
  how: Parameters<typeof measure>[1],
): Promise<Measured> {
  const context = await browser.newContext({ javaScriptEnabled: true });
  const tab = await context.newPage();
  try {
    await tab.route('**/*', (route) =>
      route.request().url() === 'https://app.example/page'
        ? route.fulfill({
            contentType: 'text/html; charset=utf-8',
            headers: { 'content-security-policy': "script-src 'unsafe-eval'", ...FINE_CLOCK },
            body: html,
          })
        : route.abort(),
    );
    await tab.goto('https://app.example/page', { waitUntil: 'load' });
    return await tab.evaluate<Measured>(`${code};Capture.measure(${rounds}, ${JSON.stringify(how)})`);
  } finally {
    await context.close();
  }
}

async function savedPages(browser: Browser, code: string, folder: string) {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.html')).sort();
  if (files.length === 0) throw new Error(`${folder} holds no .html files`);
  const page_ms: number[] = [];
  const element_ms: number[] = [];
  const first_ms: number[] = [];
  const rrweb_ms: number[] = [];
  const step_ms: number[] = [];
  let dear = 0;
  let cheaper = Number.POSITIVE_INFINITY;
  for (const [n, file] of files.entries()) {
    const html = await readFile(join(folder, file), 'utf8');
    const measured = await on(browser, code, html, SAVED_ROUNDS, { others: true, prepared: true });
    step_ms.push(...measured.step_ms);
    if (ratio(measured) < TIMES) dear += 1;
    page_ms.push(...measured.page_ms);
    element_ms.push(...measured.element_ms);
    if (measured.first_element_ms !== undefined) first_ms.push(measured.first_element_ms);
    rrweb_ms.push(...measured.rrweb_ms);
    cheaper = Math.min(cheaper, ratio(measured));
    if (process.stderr.isTTY) process.stderr.write(`\r${n + 1} of ${files.length} pages`);
  }
  const tasks = [...page_ms, ...step_ms, ...first_ms, ...element_ms];
  return {
    saved_pages: files.length,
    saved: {
      page_ms_p50: rounded(median(page_ms)),
      page_ms_p95: rounded(percentile(page_ms, 0.95)),
      first_element_ms_p50: rounded(median(first_ms)),
      element_ms_p50: rounded(median(element_ms)),
      element_ms_p95: rounded(percentile(element_ms, 0.95)),
      rrweb_ms: rounded(median(rrweb_ms)),
      cheaper_than_rrweb: rounded(cheaper, 1),
      pages_not_ten_times_cheaper: dear,
      longest_step_ms: rounded(Math.max(0, ...step_ms)),
      longest_task_ms: rounded(Math.max(...tasks)),
    },
    long_tasks: tasks.filter((ms) => ms > LONG_TASK_MS).length,
  };
}

/** Of the built extension, in bytes. */
async function sizes() {
  const gzipped = async (file: string) => gzipSync(await readFile(`dist/chrome/${file}`), { level: 9 }).byteLength;
  return {
    content_gzip_bytes: await gzipped('content.js'),
    recorder_gzip_bytes: await gzipped('recorder.js'),
    background_gzip_bytes: await gzipped('background.js'),
  };
}

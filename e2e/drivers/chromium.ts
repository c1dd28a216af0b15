import { readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright';
import type { Installation, TestBrowser, TestPage } from './driver.ts';

const OURS = /-extension:\/\/|LaskoBOT/;

function errorsOf(page: Page): string[] {
  const errors: string[] = [];
  page.on('console', (message) => {
    const told = `${message.text()} ${message.location().url}`;
    if (message.type() === 'error' && OURS.test(told)) errors.push(told);
  });
  page.on('pageerror', ({ message, stack = '' }) => {
    if (OURS.test(message + stack)) errors.push(stack || message);
  });
  return errors;
}

const testPage = (page: Page, errors = errorsOf(page)): TestPage => ({
  goto: async (url) => {
    await page.goto(url);
  },
  click: (selector) => page.click(selector),
  clickAt: ([x, y]) => page.mouse.click(x, y),
  type: (selector, text) => page.locator(selector).pressSequentially(text),
  select: async (selector, value) => {
    await page.selectOption(selector, value);
  },
  wheel: (dy) => page.mouse.wheel(0, dy),
  waitFor: async (selector) => {
    await page.waitForSelector(selector);
  },
  evaluate: (expression) => page.evaluate(expression),
  url: () => page.url(),
  screenshot: async (path) => {
    await page.screenshot({ path });
  },
  extensionErrors: () => errors,
  close: () => page.close(),
});

/** Debian's or Playwright's Chromium, headless, with the unpacked extension. */
export const launchChromium = async (installation: Installation): Promise<TestBrowser> =>
  (await openChromium(installation)).browser;

/** The same, with Playwright's own view of it beside. */
export async function openChromium({
  executablePath,
  extensionDir,
  profileDir,
}: Installation): Promise<{ readonly browser: TestBrowser; readonly context: BrowserContext }> {
  const context = await chromium.launchPersistentContext(profileDir, {
    executablePath,
    headless: true,
    // Playwright turns the back/forward cache off; users have it.
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
    viewport: { width: 1280, height: 800 },
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      `--disable-extensions-except=${extensionDir}`,
      `--load-extension=${extensionDir}`,
      '--disable-background-networking',
    ],
  });
  const worker = context.serviceWorkers()[0] ?? (await context.waitForEvent('serviceworker', { timeout: 30_000 }));
  const open = async (path: string): Promise<Page> => {
    const page = await context.newPage();
    await page.goto(new URL(`/${path}`, worker.url()).href);
    return page;
  };
  const admin = await open('options.html');
  const session = await context.newCDPSession(admin);
  await session.send('ServiceWorker.enable');
  // The lock of a profile names the process that has it: `{host}-{pid}`.
  const pid = Number((await readlink(join(profileDir, 'SingletonLock'))).split('-').at(-1));
  const browser: TestBrowser = {
    kind: 'chromium',
    newPage: async () => testPage(await context.newPage()),
    openOwnPage: async (path) => testPage(await open(path)),
    inExtension: (expression) => admin.evaluate(expression),
    stopBackground: async () => {
      await session.send('ServiceWorker.stopAllWorkers');
    },
    close: () => context.close(),
    async kill() {
      const closed = new Promise<void>((resolve) => context.once('close', () => resolve()));
      process.kill(pid, 'SIGKILL');
      await closed;
    },
  };
  return { browser, context };
}

import puppeteer, { type Page } from 'puppeteer-core';
import { GECKO_ID } from '../../extension/manifest.ts';
import { until } from '../harness/wait.ts';
import type { Installation, TestBrowser, TestPage } from './driver.ts';

const OURS = /-extension:\/\/|LaskoBOT/;

function errorsOf(page: Page): string[] {
  const errors: string[] = [];
  page.on('console', (message) => {
    const told = `${message.text()} ${message.location().url ?? ''}`;
    if (message.type() === 'error' && OURS.test(told)) errors.push(told);
  });
  page.on('pageerror', (error) => {
    const told = error instanceof Error ? `${error.message} ${error.stack ?? ''}` : String(error);
    if (OURS.test(told)) errors.push(told);
  });
  return errors;
}

const testPage = (page: Page, errors = errorsOf(page)): TestPage => ({
  goto: async (url) => {
    await page.goto(url);
  },
  click: (selector) => page.locator(selector).click(),
  clickAt: ([x, y]) => page.mouse.click(x, y),
  type: async (selector, text) => {
    await page.locator(selector).wait();
    await page.type(selector, text);
  },
  select: async (selector, value) => {
    await page.select(selector, value);
  },
  wheel: (dy) => page.mouse.wheel({ deltaY: dy }),
  waitFor: async (selector) => {
    await page.waitForSelector(selector);
  },
  evaluate: async <T>(expression: string) => (await page.evaluate(expression)) as T,
  url: () => page.url(),
  screenshot: async (path) => {
    await page.screenshot({ path: path as `${string}.png` });
  },
  extensionErrors: () => errors,
  close: () => page.close(),
});

/** Firefox over WebDriver BiDi, headless, with the extension as a temporary add-on. */
export async function launchFirefox({
  executablePath,
  extensionDir,
  profileDir,
  host,
  idleMs,
}: Installation): Promise<TestBrowser> {
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath,
    headless: true,
    userDataDir: profileDir,
    defaultViewport: { width: 1280, height: 800 },
    // Pages of an extension may be opened and driven only with system access.
    args: ['--remote-allow-system-access'],
    extraPrefsFirefox: {
      'extensions.webextensions.uuids': JSON.stringify({ [GECKO_ID]: host }),
      // A temporary add-on is gone after a restart: installed again, it finds its storage.
      'extensions.webextensions.keepStorageOnUninstall': true,
      'extensions.webextensions.keepUuidOnUninstall': true,
      // Nobody is there to answer a prompt; the request itself still needs its click.
      'extensions.webextOptionalPermissionPrompts': false,
      ...(idleMs === undefined ? {} : { 'extensions.background.idle.timeout': idleMs }),
    },
  });
  await browser.installExtension(extensionDir);
  async function open(path: string): Promise<Page> {
    const page = await browser.newPage();
    // BiDi tells no load event of such a page: ask the page itself instead of waiting for one.
    page.goto(`moz-extension://${host}/${path}`).catch(() => undefined);
    await until(`${path} of the extension is open`, async () => {
      const shown = await page.evaluate('location.protocol + document.readyState').catch(() => '');
      return shown === 'moz-extension:complete';
    });
    return page;
  }
  const admin = await open('options.html');
  return {
    kind: 'firefox',
    newPage: async () => testPage(await browser.newPage()),
    openOwnPage: async (path) => testPage(await open(path)),
    inExtension: async <T>(expression: string) => (await admin.evaluate(expression)) as T,
    stopBackground: () =>
      until(
        'the event page is stopped',
        async () => (await admin.evaluate('browser.extension.getBackgroundPage() === null')) === true,
      ),
    close: () => browser.close(),
    async kill() {
      const child = browser.process();
      const ended = new Promise<void>((resolve) => child?.once('close', () => resolve()));
      child?.kill('SIGKILL');
      await ended;
    },
  };
}

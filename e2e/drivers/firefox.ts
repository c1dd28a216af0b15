import { randomUUID } from 'node:crypto';
import puppeteer, { type Page } from 'puppeteer-core';
import { GECKO_ID } from '../../extension/manifest.ts';
import type { LaunchOptions, TestBrowser, TestPage } from './driver.ts';

const testPage = (page: Page): TestPage => ({
  goto: async (url) => {
    await page.goto(url);
  },
  click: (selector) => page.locator(selector).click(),
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
  close: () => page.close(),
});

/** Firefox over WebDriver BiDi, headless, with the extension as a temporary add-on. */
export async function launchFirefox({ executablePath, extensionDir, profileDir }: LaunchOptions): Promise<TestBrowser> {
  const host = randomUUID();
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath,
    headless: true,
    userDataDir: profileDir,
    defaultViewport: { width: 1280, height: 800 },
    // Pages of an extension may be opened and driven only with system access.
    args: ['--remote-allow-system-access'],
    extraPrefsFirefox: { 'extensions.webextensions.uuids': JSON.stringify({ [GECKO_ID]: host }) },
  });
  await browser.installExtension(extensionDir);
  const admin = await browser.newPage();
  // BiDi tells no load event of such a page: ask the page itself instead of waiting for one.
  admin.goto(`moz-extension://${host}/options.html`).catch(() => undefined);
  await waitUntil(async () => {
    const shown = await admin.evaluate('location.protocol + document.readyState').catch(() => '');
    return shown === 'moz-extension:complete';
  });
  return {
    kind: 'firefox',
    pid: browser.process()?.pid,
    newPage: async () => testPage(await browser.newPage()),
    inExtension: async <T>(expression: string) => (await admin.evaluate(expression)) as T,
    close: () => browser.close(),
  };
}

async function waitUntil(condition: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('The page of the extension did not open in 10 s.');
}

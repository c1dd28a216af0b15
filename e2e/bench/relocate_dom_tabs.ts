import { type Browser as Chromium, chromium } from 'playwright';
import puppeteer, { type Browser as Firefox } from 'puppeteer-core';
import type { BrowserKind } from '../drivers/driver.ts';

const VIEWPORT = { width: 1280, height: 800 };
const LOAD_MS = 20_000;

/**
 * A tab. In Chromium expressions are evaluated as content scripts are, without the page's own objects; in Firefox beside them, since a
 * sandbox of WebDriver BiDi may not touch its own typed arrays on every page.
 */
export interface Tab {
  goto(url: string): Promise<void>;
  /** Evaluates a script in the document that the tab shows now; later expressions are evaluated beside it. */
  inject(script: string): Promise<void>;
  evaluate<T>(expression: string): Promise<T>;
  close(): Promise<void>;
}

export interface Tabs {
  newTab(): Promise<Tab>;
  close(): Promise<void>;
}

/** A page that goes on loading is used as it is. */
const loaded = (navigation: Promise<unknown>): Promise<unknown> =>
  navigation.catch((error: Error) => {
    if (error.name !== 'TimeoutError') throw error;
  });

async function chromiumTab(browser: Chromium): Promise<Tab> {
  const context = await browser.newContext({ viewport: VIEWPORT, locale: 'en-US' });
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  let contextId: number | undefined;
  async function evaluate<T>(expression: string): Promise<T> {
    const { result, exceptionDetails } = await session.send('Runtime.evaluate', {
      expression,
      ...(contextId === undefined ? {} : { contextId }),
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value as T;
  }
  return {
    goto: async (url) => {
      await loaded(page.goto(url, { waitUntil: 'load', timeout: LOAD_MS }));
    },
    async inject(script) {
      const { frameTree } = await session.send('Page.getFrameTree');
      const world = { frameId: frameTree.frame.id, worldName: 'relocate-dom' };
      contextId = (await session.send('Page.createIsolatedWorld', world)).executionContextId;
      await evaluate(`${script};0`);
    },
    evaluate,
    close: () => context.close(),
  };
}

async function firefoxTab(browser: Firefox): Promise<Tab> {
  const page = await browser.newPage();
  return {
    goto: async (url) => {
      await loaded(page.goto(url, { waitUntil: 'load', timeout: LOAD_MS }));
    },
    inject: async (script) => {
      await page.evaluate(`${script};0`);
    },
    evaluate: async <T>(expression: string) => (await page.evaluate(expression)) as T,
    close: () => page.close(),
  };
}

/** A browser without the extension that reaches loopback only. */
export async function openTabs(kind: BrowserKind, executablePath: string): Promise<Tabs> {
  if (kind === 'chromium') {
    const args = ['--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost'];
    if (process.getuid?.() === 0) args.push('--no-sandbox');
    const browser = await chromium.launch({ executablePath, args });
    return { newTab: () => chromiumTab(browser), close: () => browser.close() };
  }
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath,
    headless: true,
    defaultViewport: VIEWPORT,
    extraPrefsFirefox: {
      // Nothing listens there: what is not on loopback fails at once.
      'network.proxy.type': 1,
      'network.proxy.http': '127.0.0.1',
      'network.proxy.http_port': 9,
      'network.proxy.ssl': '127.0.0.1',
      'network.proxy.ssl_port': 9,
      'network.proxy.no_proxies_on': '127.0.0.1, localhost',
      'intl.accept_languages': 'en-US',
      // Whole milliseconds would not do for what takes less than one.
      'privacy.reduceTimerPrecision': false,
    },
  });
  return { newTab: () => firefoxTab(browser), close: () => browser.close() };
}

import type { Browser, Page } from 'playwright';
import { bundle } from './chromium.ts';
import type * as api from './page-api.ts';

declare global {
  /** The bundled `page-api.ts`, in a page opened by `openPage`. */
  var L: typeof api;
}

let code: Promise<string> | undefined;

/** A new page with `L` in it; `url` and `html` as given. Nothing is loaded from the network. */
export async function openPage(browser: Browser, { url, html }: { url?: string; html?: string }): Promise<Page> {
  code ??= bundle('shared/testing/page-api.ts', 'L');
  const page = await browser.newPage();
  await page.route(/^https?:/, (route) =>
    route.request().url() === 'https://app.example/' && html !== undefined
      ? route.fulfill({ contentType: 'text/html; charset=utf-8', body: html })
      : route.abort(),
  );
  await page.goto(url ?? 'https://app.example/', { waitUntil: 'load' });
  await page.evaluate(`${await code};globalThis.L=L;`);
  return page;
}

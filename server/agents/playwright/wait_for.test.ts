import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { WaitConditionHint, WaitSignal } from '../../../shared/protocol/schema.ts';
import { chromiumPath, startChromium } from '../../../shared/testing/chromium.ts';
import { waitFor } from './wait_for.ts';

const hint = (signal: WaitSignal, timeout_ms = 10_000, selector_norm: string | undefined = '#go') =>
  ({
    hint_id: '7',
    hint_type: 'wait_condition',
    data: { signal, timeout_ms },
    ...(selector_norm ? { element: { selector_norm } } : {}),
  }) as WaitConditionHint;

/** The page's own clock stands until `release()`: nothing here depends on how long anything takes. */
const PAGE = `<!doctype html><title>Waits</title><button id="go" hidden disabled>Go</button><script>
  const go = document.getElementById('go');
  const steps = {
    visible: () => { go.hidden = false; },
    enabled: () => { go.hidden = false; go.disabled = false; },
    url_change: () => history.pushState(null, '', '/next'),
    dom_quiet: () => clearInterval(busy),
    network_quiet: () => fetch('/release'),
  };
  const busy = setInterval(() => { document.title += '.'; }, 20);
  globalThis.release = (signal) => { steps[signal](); };
</script>`;

describe.skipIf(!chromiumPath())('waits as a hint says', () => {
  let browser: Browser | undefined;
  let page: Page;
  let releaseSlow: () => void = () => {};
  beforeAll(async () => {
    browser = await startChromium();
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    page = await browser!.newPage();
    const slow = new Promise<void>((resolve) => {
      releaseSlow = resolve;
    });
    await page.route('**/*', async (route) => {
      const { pathname } = new URL(route.request().url());
      if (pathname === '/slow') await slow;
      if (pathname === '/release') releaseSlow();
      await route.fulfill({ contentType: 'text/html', body: pathname === '/' ? PAGE : '' }).catch(() => undefined);
    });
    await page.goto('https://app.example/');
    await page.evaluate(`void fetch('/slow')`);
    return () => page.close();
  });

  test.each<WaitSignal>(['visible', 'enabled', 'url_change', 'dom_quiet', 'network_quiet'])(
    'for %s',
    async (signal) => {
      await expect(waitFor(page, hint(signal, 300))).rejects.toThrow(/Timeout/);
      let over = false;
      const waiting = waitFor(page, hint(signal)).then(() => {
        over = true;
      });
      await page.evaluate('1');
      expect(over).toBe(false);
      await page.evaluate(`release('${signal}')`);
      await waiting;
    },
  );

  test('an address that changed before the call has changed', async () => {
    const from = page.url();
    await page.evaluate(`release('url_change')`);
    await waitFor(page, hint('url_change'), { from });
    await expect(waitFor(page, hint('url_change', 300))).rejects.toThrow(/Timeout/);
  });

  test('a hint that names no control says so', async () => {
    const { element: _, ...pageHint } = hint('visible');
    await expect(waitFor(page, pageHint as WaitConditionHint)).rejects.toThrow('the hint 7 names no control');
  });
});

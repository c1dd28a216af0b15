import type { Page } from '@playwright/test';
import { DOM_QUIET_MS } from '../../../shared/protocol/limits.ts';
import type { WaitConditionHint } from '../../../shared/protocol/schema.ts';

export interface WaitOptions {
  /** Address before the action that is waited for; the page's own at the call where it is not given. Of use to `url_change` alone. */
  readonly from?: string;
}

/**
 * Waits until a control can be used as its hint `wait_condition` says: for the signal that was enough, and no longer than the hint's timeout.
 * Throws Playwright's TimeoutError where the signal does not come in time, and a TypeError where the hint names no control that the signal
 * is about.
 */
export async function waitFor(page: Page, hint: WaitConditionHint, { from = page.url() }: WaitOptions = {}) {
  const { signal, timeout_ms: timeout } = hint.data;
  switch (signal) {
    case 'visible':
    case 'enabled': {
      if (!hint.element) throw new TypeError(`the hint ${hint.hint_id} names no control to wait for`);
      const end = performance.now() + timeout;
      const control = await page.locator(hint.element.selector_norm).elementHandle({ timeout });
      await control?.waitForElementState(signal, { timeout: Math.max(1, end - performance.now()) });
      return;
    }
    case 'url_change':
      await page.waitForURL((url) => url.href !== from, { timeout, waitUntil: 'commit' });
      return;
    case 'dom_quiet':
      await page.waitForFunction(domQuiet, DOM_QUIET_MS, { timeout });
      return;
    case 'network_quiet':
      await page.waitForLoadState('networkidle', { timeout });
  }
}

/** Runs in the page. */
function domQuiet(quietMs: number): boolean {
  const scope = globalThis as { laskobotChangedAt?: number };
  if (scope.laskobotChangedAt === undefined) {
    scope.laskobotChangedAt = performance.now();
    new MutationObserver(() => {
      scope.laskobotChangedAt = performance.now();
    }).observe(document, { childList: true, subtree: true, attributes: true, characterData: true });
  }
  return performance.now() - scope.laskobotChangedAt >= quietMs;
}

import type { Page } from 'playwright';
import { QUIET_MS } from '../../../extension/content/settled.ts';
import type { WaitConditionHint } from '../../../shared/protocol/schema.ts';
import { render } from '../../../shared/signature/render.ts';
import { sleep } from '../../harness/wait.ts';
import { locatorOf } from '../uplift/find.ts';
import type { Waited } from './score.ts';

/** After this long a script that waits for the network to rest goes on. */
export const IDLE_MS = 5000;

/** Waits, then says whether the control could be used at that moment. */
export type Strategy = (page: Page) => Promise<Waited>;

const CONTROL = '#go';

const usable = (page: Page): Promise<boolean> =>
  page.evaluate((css) => {
    const control = document.querySelector<HTMLButtonElement>(css);
    return control !== null && !control.disabled && control.checkVisibility();
  }, CONTROL);

/** Measures a wait from the navigation on. `gaveUp`: what was waited for did not come in time. */
const measured =
  (wait: (page: Page) => Promise<void>): Strategy =>
  async (page) => {
    const gaveUp = await wait(page).then(
      () => false,
      () => true,
    );
    return { ms: await page.evaluate(() => performance.now()), ok: await usable(page), gaveUp };
  };

export const fixed = (ms: number): Strategy => measured(() => sleep(ms));

export const networkIdle: Strategy = measured((page) => page.waitForLoadState('networkidle', { timeout: IDLE_MS }));

/** As the hint of the control says, in the way of Playwright. */
export function byHint({ data: { signal, timeout_ms: timeout }, element }: WaitConditionHint): Strategy {
  const expression = element && render(element.selector_norm)?.playwright;
  if (!expression) throw new Error('the hint names no control');
  return measured(async (page) => {
    const started = performance.now();
    const rest = () => Math.max(1, timeout - (performance.now() - started));
    switch (signal) {
      case 'visible':
      case 'enabled': {
        const control = await locatorOf(page, expression).elementHandle({ timeout });
        await control?.waitForElementState(signal, { timeout: rest() });
        break;
      }
      case 'network_quiet':
        await page.waitForLoadState('networkidle', { timeout });
        break;
      case 'dom_quiet':
        await page.waitForFunction(domQuiet, QUIET_MS, { timeout });
        break;
      case 'url_change':
        throw new Error('no page of this bench changes its address');
    }
  });
}

function domQuiet(quietMs: number): boolean {
  const scope = globalThis as { changedAt?: number };
  if (scope.changedAt === undefined) {
    scope.changedAt = performance.now();
    new MutationObserver(() => {
      scope.changedAt = performance.now();
    }).observe(document, { childList: true, subtree: true, attributes: true, characterData: true });
  }
  return performance.now() - scope.changedAt >= quietMs;
}

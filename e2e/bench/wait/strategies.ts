import type { Page } from 'playwright';
import { waitFor } from '../../../server/agents/playwright/wait_for.ts';
import type { WaitConditionHint } from '../../../shared/protocol/schema.ts';
import { sleep } from '../../harness/wait.ts';
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

/** As the hint of the control says. */
export const byHint = (hint: WaitConditionHint): Strategy => measured((page) => waitFor(page, hint));

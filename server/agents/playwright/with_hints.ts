import type { Page, Selectors } from '@playwright/test';
import { attach, openShared, type Shared } from './attach.ts';
import { type HintsOptions, settingsOf } from './options.ts';
import { type Healing, told } from './report.ts';

const DEFAULT_TIMEOUT_MS = 30_000;

export interface ScriptOptions extends HintsOptions {
  /** Playwright's, where a script uses another copy of it than `@playwright/test` or `playwright`. */
  readonly selectors?: Selectors;
  /** Origin of the application; identities are then good for it wherever it is served. */
  readonly baseUrl?: string;
  /** What became of a locator that failed; without it a line on stderr. */
  readonly onHealing?: (healing: Healing) => void;
}

async function playwrightSelectors(): Promise<Selectors> {
  const { selectors } = await import('@playwright/test').catch(() => import('playwright'));
  return selectors as Selectors;
}

/**
 * The same for a plain script: records what it does on the page from its next navigation on.
 * @example
 * const hints = await withHints(page, { mode: 'heal' });
 * await page.goto('https://shop.example/');
 * await page.getByRole('button', { name: 'Pay' }).click();
 * await hints.end('completed');
 */
export async function withHints(page: Page, options: ScriptOptions = {}) {
  const settings = settingsOf(options, process.env);
  if (settings.mode === 'off') return { run_id: undefined, end: async (): Promise<void> => undefined };
  const shared: Shared = await openShared(settings, options.selectors ?? (await playwrightSelectors()));
  const attached = attach(page, shared, {
    step: (_title, work) => work(),
    timeLeft: () => DEFAULT_TIMEOUT_MS,
    actionTimeout: DEFAULT_TIMEOUT_MS,
    baseUrl: options.baseUrl,
    testIds: [],
    report: async (healing) => (options.onHealing ? options.onHealing(healing) : console.warn(told(healing))),
  });
  return {
    run_id: attached.run_id,
    /** Ends the run and sends what it recorded; what locators named is kept only of one that completed. */
    async end(status: 'completed' | 'failed' | 'partial'): Promise<void> {
      await attached.end(status);
      await shared.delivery?.client.close();
    },
  };
}

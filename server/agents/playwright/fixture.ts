import { test as base, type TestInfo } from '@playwright/test';
import type { RunStatus } from '../../../shared/protocol/schema.ts';
import { attach, openShared, type Shared } from './attach.ts';
import { type HintsOptions, type Settings, settingsOf } from './options.ts';
import { type Healing, told } from './report.ts';

/** What is left of a test that has no timeout, in ms. */
const NO_TIMEOUT_MS = 30_000;

/** A test that ended as it was expected to has completed, though that be by failing. */
function statusOf({ status, expectedStatus }: TestInfo): Exclude<RunStatus, 'running'> {
  if (status === 'interrupted' || status === 'skipped') return 'partial';
  return status === expectedStatus ? 'completed' : 'failed';
}

function reporter(info: TestInfo): (healing: Healing) => Promise<void> {
  return async (healing) => {
    const { site } = healing;
    const type = healing.kind === 'missed' ? 'not healed' : healing.kind;
    info.annotations.push({ type, description: told(healing), ...(site && { location: site }) });
    if (healing.kind === 'missed') return;
    const { picture, ...rest } = healing;
    await info.attach(`${type}.json`, { body: JSON.stringify(rest, null, 2), contentType: 'application/json' });
    if (picture) await info.attach(`${type}.png`, { body: picture, contentType: 'image/png' });
  };
}

interface TestFixtures {
  /** @internal */
  laskobotRun: undefined;
}

interface WorkerFixtures {
  /** See `HintsOptions`; what is not set comes from the environment. */
  hints: HintsOptions;
  /** @internal */
  laskobotShared: Shared | { readonly settings: Settings };
}

/**
 * Playwright's `test`, recording what tests do in `page` and in all that its context opens, and finding controls again whose locators fail.
 * @example
 * import { test, expect } from 'laskobot-runs/playwright';
 * test.use({ hints: { mode: 'heal', exportPatch: 'healed.patch' } });
 */
export const test = base.extend<TestFixtures, WorkerFixtures>({
  hints: [{}, { scope: 'worker', option: true }],
  laskobotShared: [
    async ({ hints, playwright }, use) => {
      const settings = settingsOf(hints, process.env);
      if (settings.mode === 'off') {
        await use({ settings });
        return;
      }
      const shared = await openShared(settings, playwright.selectors);
      await use(shared);
      await shared.delivery?.client.close();
    },
    { scope: 'worker', box: true },
  ],
  // Before the page is made: what its documents do not know when they load they never learn.
  page: async ({ laskobotShared: shared, page, actionTimeout, baseURL, testIdAttribute }, use, info) => {
    if (!('identities' in shared)) {
      await use(page);
      return;
    }
    const started = Date.now();
    const attached = attach(page, shared, {
      step: (title, work, options) => test.step(title, work, options),
      timeLeft: () => Math.max(1, (info.timeout || NO_TIMEOUT_MS) - (Date.now() - started)),
      actionTimeout: actionTimeout ?? 0,
      baseUrl: baseURL,
      testIds: testIdAttribute ? [testIdAttribute] : [],
      report: reporter(info),
    });
    attached.event('test.started', { retry: info.retry, project: info.project.name });
    await use(page);
    attached.event('test.ended', { status: info.status, expected: info.expectedStatus, retry: info.retry });
    await attached.end(statusOf(info));
  },
});

import type { ElementHandle, Locator, Page } from 'playwright';
import type { HintsForTab, VerifyResult } from '../../../extension/messages.ts';
import type { BestSelectorHint } from '../../../shared/protocol/schema.ts';
import { render } from '../../../shared/signature/render.ts';
import { ask, type TestBrowser, tabIdOf } from '../../drivers/driver.ts';
import { hintOf } from '../../harness/hint_of.ts';
import { sleep } from '../../harness/wait.ts';
import { TIMEOUT_MS } from './steps.ts';

/** What was stored of the control of a step. */
export interface RecordedControl {
  readonly selector_norm: string;
  readonly attr_fingerprint_hash: string;
}

export type Find = (page: Page, recorded: RecordedControl) => Promise<ElementHandle>;

/** A locator by its expression, as `renderings` of a hint gives it. */
export const locatorOf = (page: Page, expression: string): Locator =>
  new Function('page', `return page.${expression}`)(page) as Locator;

/** What it names, and nothing where it names several. */
async function only(locator: Locator): Promise<ElementHandle> {
  return (await locator.elementHandle({ timeout: TIMEOUT_MS })) as ElementHandle;
}

/** As a script does that replays what was recorded: by the best selector of that time, waited for. */
export const bySelector: Find = (page, { selector_norm }) => {
  const expression = render(selector_norm)?.playwright;
  return only(expression ? locatorOf(page, expression) : page.locator(selector_norm));
};

/** As an agent does with the extension beside it: looks the hint up, has the page verify it, and takes what was found. */
export const byHint =
  (browser: TestBrowser): Find =>
  async (page, recorded) => {
    const tab_id = await tabIdOf(browser, { url: () => page.url() });
    const end = Date.now() + TIMEOUT_MS;
    let hint: BestSelectorHint | undefined;
    for (;;) {
      hint = hintOf((await ask<HintsForTab>(browser, { type: 'hints', tab_id })).hints, recorded);
      if (hint || Date.now() > end) break;
      await sleep(50);
    }
    if (!hint) throw new Error('there is no hint');
    const result = await ask<VerifyResult>(browser, { type: 'verify', tab_id, hint });
    if (result.outcome !== 'found') throw new Error(`${result.outcome}: ${result.reason}`);
    return only(page.locator(result.selector));
  };

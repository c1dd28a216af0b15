import type { BrowserContext } from 'playwright';
import type { Status } from '../../../extension/messages.ts';
import { ask, type TestBrowser } from '../../drivers/driver.ts';
import { until } from '../../harness/wait.ts';

/** Once the extension has told of a page, it records those that follow from their start. */
export async function recordsOf(
  { browser, context }: { readonly browser: TestBrowser; readonly context: BrowserContext },
  url: string,
): Promise<void> {
  const page = await context.newPage();
  await page.goto(url);
  await until('the extension records', async () => {
    const { run_id, delivery } = await ask<Status>(browser, { type: 'status' });
    return run_id !== undefined && delivery.enqueued > 0;
  });
  await page.close();
}

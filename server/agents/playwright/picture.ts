import type { Page } from '@playwright/test';
import { MASKED } from '../../../shared/privacy/masked.ts';

/** Of what is in sight with the control outlined, as PNG; undefined where none can be made. */
export async function picture(page: Page, path: string): Promise<Buffer | undefined> {
  const outline = `${path} { outline: 3px solid #d6006c !important; outline-offset: 2px !important; }`;
  // A path through shadow roots or to the n-th of several is none of CSS.
  const style = path.includes('>>') ? '' : outline;
  return page.screenshot({ style, mask: [page.locator(MASKED)], timeout: 5000 }).catch(() => undefined);
}

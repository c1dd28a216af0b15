import { expect } from '@playwright/test';

const LABELS = JSON.parse(process.env.LABELS ?? '{}');

/**
 * From now on the page does nothing by itself when it is acted on, and knows whether that was the control of a label: by a person's
 * hand-written xpath for this version of the application.
 */
export async function watch(page, label) {
  const xpath = LABELS[label];
  await page.evaluate((path) => {
    const control = path === null ? null : document.evaluate(path, document, null, 9, null).singleNodeValue;
    if (path !== null && !control) throw new Error(`the label names nothing: ${path}`);
    for (const type of ['click', 'input', 'submit'])
      window.addEventListener(
        type,
        (event) => {
          if (!event.isTrusted && type === 'click') return;
          const [target] = event.composedPath();
          window.actedOn = control && (control.contains(target) || target.contains(control)) ? 'right' : 'wrong';
          event.stopImmediatePropagation();
          if (type !== 'input') event.preventDefault();
        },
        true,
      );
  }, xpath);
}

/** What was acted on is what the label says. */
export async function expectRight(page) {
  expect(await page.evaluate(() => window.actedOn)).toBe('right');
}

import type { Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startChromium } from '../testing/chromium.ts';
import { REAL_PAGES } from '../testing/pages.ts';
import { openPage } from '../testing/session.ts';

let browser: Browser | undefined;
beforeAll(async () => {
  browser = await startChromium();
});
afterAll(async () => {
  await browser?.close();
});

/** Runs in the page: signs its controls, changes the page so that no selector holds, and looks for each, there and removed. */
function signChangeResolve(most: number) {
  const ctx = { key: L.parseHashKey('00112233445566778899aabbccddeeff'), scrub: L.scrub, masked: L.masked };
  const all = [...document.querySelectorAll('a[href],button,input,select,textarea')].filter((element) =>
    element.checkVisibility(),
  );
  const step = Math.max(1, Math.ceil(all.length / most));
  const signed = all
    .filter((_, n) => n % step === 0)
    .map((element) => ({ control: L.controlOf(element), identity: L.signElement(element, ctx).identity! }));
  for (const [n, element] of document.body.querySelectorAll('*').entries()) {
    for (const label of element.id ? document.querySelectorAll<HTMLLabelElement>(`label[for="${element.id}"]`) : [])
      label.htmlFor = `renamed-${n}-k`;
    if (element.id) element.id = `renamed-${n}-k`;
    for (const name of ['name', 'data-testid']) element.removeAttribute(name);
  }
  for (const element of all) {
    const wrapper = document.createElement('span');
    element.replaceWith(wrapper);
    wrapper.append(element);
    element.classList.add('new-look');
  }
  const banner = document.createElement('div');
  banner.style.height = '240px';
  banner.append('A new banner');
  document.body.prepend(banner);
  const wrong: string[] = [];
  const outcomes: Record<string, number> = {};
  for (const { control, identity } of signed) {
    const target = { selector: '#no-such-id', kind: 'id' as const, alternatives: [], identity };
    const found = L.resolve(target, document, ctx);
    outcomes[found.outcome] = (outcomes[found.outcome] ?? 0) + 1;
    if (found.outcome === 'found' && found.element !== control)
      wrong.push(`${found.element.outerHTML.slice(0, 120)} for ${control.outerHTML.slice(0, 120)}`);
    const { parentNode, nextSibling } = control;
    control.remove();
    const gone = L.resolve(target, document, ctx);
    if (gone.outcome === 'found')
      wrong.push(`removed, yet found ${gone.element.outerHTML.slice(0, 120)} for ${control.outerHTML.slice(0, 120)}`);
    parentNode?.insertBefore(control, nextSibling);
  }
  return { wrong, outcomes };
}

describe('on real pages that changed, without any selector', { timeout: 120_000 }, () => {
  test.each(REAL_PAGES)('%s', async (url) => {
    if (!browser) return;
    const page = await openPage(browser, { url });
    await page.waitForTimeout(300);
    const { wrong, outcomes } = await page.evaluate(signChangeResolve, 30);
    console.info(url.split('/').slice(-3).join('/'), outcomes);
    expect(wrong).toEqual([]);
    expect(outcomes.found).toBeGreaterThan(0);
    await page.close();
  });
});

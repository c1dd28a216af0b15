import fc from 'fast-check';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { ElementSignature } from '../protocol/schema.ts';
import { startChromium } from '../testing/chromium.ts';
import { generatedPage, REAL_PAGES } from '../testing/pages.ts';
import { openPage } from '../testing/session.ts';

let browser: Browser | undefined;
beforeAll(async () => {
  browser = await startChromium();
});
afterAll(async () => {
  await browser?.close();
});

/** Runs in the page: signs its controls and looks for each again; gives what is wrong, and what could be checked. */
function signAndResolve(most: number) {
  const ctx = { key: L.parseHashKey('00112233445566778899aabbccddeeff'), scrub: L.scrub, masked: L.masked };
  const all: Element[] = [];
  const collect = (root: Document | ShadowRoot): void => {
    for (const element of root.querySelectorAll('*')) {
      if (
        element.matches('a[href],button,input,select,textarea,summary,[role=button],[onclick]') &&
        element.checkVisibility()
      )
        all.push(element);
      if (element.shadowRoot) collect(element.shadowRoot);
    }
  };
  collect(document);
  const step = Math.max(1, Math.ceil(all.length / most));
  const wrong: string[] = [];
  const outcomes: Record<string, number> = {};
  const selectors: { path: string; selector: string; matches: number }[] = [];
  const signatures: unknown[] = [];
  for (const element of all.filter((_, n) => n % step === 0)) {
    const control = L.controlOf(element);
    const shown = control.outerHTML.slice(0, 200);
    const signature = L.signElement(element, ctx);
    signatures.push(signature);
    if (JSON.stringify(signature) !== JSON.stringify(L.signElement(element, ctx)))
      wrong.push(`not deterministic: ${shown}`);
    const { identity, candidates = [] } = signature;
    const best = candidates.find(({ matches }) => matches === 1);
    if (!identity || !best) {
      wrong.push(`no unique selector: ${shown}`);
      continue;
    }
    const path = L.uniquePath(control);
    const [only, ...more] = L.query(document, path);
    if (only !== control || more.length) wrong.push(`uniquePath ${path}: ${shown}`);
    for (const { selector, matches } of candidates) {
      const hits = L.query(document, selector);
      if (hits.length !== matches || !hits.includes(control))
        wrong.push(`${selector} names ${hits.length}, not ${matches}: ${shown}`);
      selectors.push({ path, selector, matches });
    }
    const target = { selector: best.selector, kind: best.kind, alternatives: candidates, identity };
    const found = L.resolve(target, document, ctx);
    outcomes[found.outcome] = (outcomes[found.outcome] ?? 0) + 1;
    const twins = (identity.count ?? 1) > 1;
    if (found.outcome === 'found' ? found.element !== control : !twins)
      wrong.push(`${JSON.stringify(found)} for ${best.selector}: ${shown}`);
    const { parentNode, nextSibling } = control;
    control.remove();
    const gone = L.resolve(target, document, ctx);
    if (gone.outcome === 'found')
      wrong.push(`removed, yet found ${gone.element.outerHTML.slice(0, 100)} by ${gone.found_by}: ${shown}`);
    parentNode?.insertBefore(control, nextSibling);
  }
  return { wrong, outcomes, selectors, signatures };
}

/** What Playwright finds wrong with our selectors. */
async function crossCheck(
  page: Page,
  selectors: { path: string; selector: string; matches: number }[],
): Promise<string[]> {
  const wrong: string[] = [];
  for (const { path, selector, matches } of selectors) {
    const hits = await page.locator(selector).elementHandles();
    const own = await page.locator(path).elementHandles();
    const same = own.length === 1 && (await page.evaluate(({ hits, own }) => hits.includes(own[0]!), { hits, own }));
    if (hits.length !== matches || !same)
      wrong.push(`${selector}: ${hits.length} in Playwright, ${matches} in ours, same: ${same}`);
  }
  return wrong;
}

describe('on real pages', { timeout: 120_000 }, () => {
  test.each(REAL_PAGES)('%s', async (url) => {
    if (!browser) return;
    const page = await openPage(browser, { url });
    await page.waitForTimeout(300);
    const { wrong, outcomes, selectors, signatures } = await page.evaluate(signAndResolve, 40);
    z.array(ElementSignature).min(1).parse(signatures);
    expect(wrong).toEqual([]);
    expect(await crossCheck(page, selectors)).toEqual([]);
    console.info(url.split('/').slice(-3).join('/'), outcomes, selectors.length);
    await page.close();
  });
});

test('on generated pages', { timeout: 600_000 }, async () => {
  if (!browser) return;
  const opened = browser;
  await fc.assert(
    fc.asyncProperty(generatedPage, async (html) => {
      const page = await openPage(opened, { html });
      try {
        const { wrong, selectors, signatures } = await page.evaluate(signAndResolve, 12);
        z.array(ElementSignature).parse(signatures);
        expect(wrong).toEqual([]);
        expect(await crossCheck(page, selectors.slice(0, 40))).toEqual([]);
      } finally {
        await page.close();
      }
    }),
    {
      numRuns: Number(process.env.RUNS ?? 25),
      endOnFailure: true,
      // The same pages each time; others by SEED=… RUNS=….
      seed: Number(process.env.SEED ?? 20261122),
    },
  );
});

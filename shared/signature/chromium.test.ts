import fc from 'fast-check';
import type { Browser, Locator, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { ElementSignature } from '../protocol/schema.ts';
import { startChromium } from '../testing/chromium.ts';
import { generatedPage, REAL_PAGES } from '../testing/pages.ts';
import { openPage } from '../testing/session.ts';
import { type Renderings, render } from './render.ts';

let browser: Browser | undefined;
beforeAll(async () => {
  browser = await startChromium();
});
afterAll(async () => {
  await browser?.close();
});

interface Recorded {
  readonly path: string;
  readonly selector: string;
  readonly matches: number;
  /** Shadow roots that the element stands in. */
  readonly shadow: number;
}

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
  const selectors: Recorded[] = [];
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
    let shadow = 0;
    for (let root = control.getRootNode(); root instanceof ShadowRoot; root = root.host.getRootNode()) shadow += 1;
    for (const { selector, matches } of candidates) {
      const hits = L.query(document, selector);
      if (hits.length !== matches || !hits.includes(control))
        wrong.push(`${selector} names ${hits.length}, not ${matches}: ${shown}`);
      selectors.push({ path, selector, matches, shadow });
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
async function crossCheck(page: Page, selectors: readonly Recorded[]): Promise<string[]> {
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

/** Runs in the page: what CSS and XPath name. */
function namedBy(own: Node, { css, xpath }: Pick<Renderings, 'css' | 'xpath'>): string[] {
  const wrong: string[] = [];
  if (css !== undefined) {
    let scope: Document | ShadowRoot | null = document;
    let hits: Element[] = [];
    for (const part of [css].flat()) {
      hits = scope ? [...scope.querySelectorAll(part)] : [];
      scope = hits[0]?.shadowRoot ?? null;
    }
    if (!hits.includes(own as Element)) wrong.push(`css ${css}`);
  }
  if (xpath !== undefined) {
    const found = document.evaluate(xpath, document, null, XPathResult.ORDERED_NODE_SNAPSHOT_TYPE);
    const hits = Array.from({ length: found.snapshotLength }, (_, at) => found.snapshotItem(at));
    if (!hits.includes(own)) wrong.push(`xpath ${xpath}`);
  }
  return wrong;
}

/** What is wrong with how selectors are rendered, and how many of each rendering there were. */
async function checkRenderings(page: Page, selectors: readonly Recorded[]) {
  const wrong: string[] = [];
  const rendered = { css: 0, xpath: 0 };
  for (const { path, selector, matches, shadow } of selectors) {
    const renderings = render(selector, shadow);
    if (!renderings) {
      wrong.push(`${selector} is not rendered`);
      continue;
    }
    const { playwright, css, xpath } = renderings;
    const locator = new Function('page', `return page.${playwright}`)(page) as Locator;
    const own = await page.locator(path).elementHandle();
    const hits = await locator.elementHandles();
    if (!own || hits.length !== matches || !(await own.evaluate((node, all) => all.includes(node as never), hits)))
      wrong.push(`${playwright} names ${hits.length}, ${selector} ${matches}`);
    const plain = { ...(css === undefined ? {} : { css }), ...(xpath === undefined ? {} : { xpath }) };
    wrong.push(...(await own!.evaluate(namedBy, plain)));
    rendered.css += Number(css !== undefined);
    rendered.xpath += Number(xpath !== undefined);
  }
  return { wrong, rendered };
}

describe('on real pages', { timeout: 120_000 }, () => {
  test.each(REAL_PAGES)('%s', async (url) => {
    if (!browser) return;
    const page = await openPage(browser, { url });
    await page.waitForTimeout(300);
    const { wrong, outcomes, selectors, signatures } = await page.evaluate(signAndResolve, 20);
    z.array(ElementSignature).min(1).parse(signatures);
    expect(wrong).toEqual([]);
    expect(await crossCheck(page, selectors)).toEqual([]);
    const renderings = await checkRenderings(page, selectors);
    expect(renderings.wrong).toEqual([]);
    expect(Math.min(...Object.values(renderings.rendered))).toBeGreaterThan(0);
    console.info(url.split('/').slice(-3).join('/'), outcomes, selectors.length, renderings.rendered);
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
        expect((await checkRenderings(page, selectors.slice(0, 40))).wrong).toEqual([]);
      } finally {
        await page.close();
      }
    }),
    {
      numRuns: Number(process.env.RUNS ?? 12),
      endOnFailure: true,
      // The same pages each time; others by SEED=… RUNS=….
      seed: Number(process.env.SEED ?? 20261122),
    },
  );
});

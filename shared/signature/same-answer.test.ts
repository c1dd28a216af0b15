import fc from 'fast-check';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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

/** What must not change an answer. */
const CHANGES = ['attribute order', 'additions', 'scrubbed text'] as const;
type Change = (typeof CHANGES)[number];

/** Runs in the page: signs controls, looks for each, changes the page, and looks again; gives what differs, and how many were found. */
function askTwice({ most, change }: { most: number; change: Change }) {
  const ctx = { key: L.parseHashKey('00112233445566778899aabbccddeeff'), scrub: L.scrub, masked: L.masked };
  const all: Element[] = [];
  const roots: (Document | ShadowRoot)[] = [];
  const collect = (root: Document | ShadowRoot): void => {
    roots.push(root);
    for (const element of root.querySelectorAll('*')) {
      if (element.matches('a[href],button,input,select,textarea,[role=button]') && element.checkVisibility())
        all.push(element);
      if (element.shadowRoot) collect(element.shadowRoot);
    }
  };
  collect(document);
  const step = Math.max(1, Math.ceil(all.length / most));
  const signed = all
    .filter((_, n) => n % step === 0)
    .flatMap((element) => {
      const control = L.controlOf(element);
      const { identity, candidates = [] } = L.signElement(element, ctx);
      const best = candidates.find(({ matches }) => matches === 1);
      return identity && best ? [{ control, identity, best, candidates }] : [];
    });
  const answer = (found: ReturnType<typeof L.resolve>) =>
    found.outcome === 'found' ? [found.element, found.found_by] : [found.outcome];
  // By its selectors, and by its identity alone.
  const ask = () =>
    signed.flatMap(({ identity, best, candidates }) =>
      [
        { selector: best.selector, kind: best.kind, alternatives: candidates, identity },
        { selector: '#no-such-id', kind: 'id' as const, alternatives: [], identity },
      ].map((target) => answer(L.resolve(target, document, ctx))),
    );
  const before = ask();
  const again = ask();
  const everything = roots.flatMap((root) => [...root.querySelectorAll('*')]);
  if (change === 'attribute order')
    for (const element of everything) {
      const attributes = [...element.attributes].reverse();
      for (const each of attributes) element.removeAttributeNode(each);
      for (const each of attributes) element.setAttributeNode(each);
    }
  if (change === 'additions') {
    const notice = document.createElement('p');
    notice.append('Quux zyzzyva');
    document.body.append(notice, document.createElement('hr'), document.createComment('more'));
  }
  if (change === 'scrubbed text') {
    const other = (text: string): string => text.replaceAll('ana@example.com', 'ben.other@example.org');
    for (const root of roots) {
      const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const text = other(node.nodeValue ?? '');
        if (text !== node.nodeValue) node.nodeValue = text;
      }
    }
    for (const element of everything)
      for (const name of element.getAttributeNames()) {
        const value = element.getAttribute(name) ?? '';
        // Selectors that hold it are scrubbed away; an id or a test id that changes is another matter.
        if (!['id', 'data-testid'].includes(name) && other(value) !== value) element.setAttribute(name, other(value));
      }
  }
  const after = ask();
  const told = (answers: readonly unknown[]): string =>
    answers.map((each) => (each instanceof Element ? each.outerHTML.slice(0, 120) : String(each))).join(' by ');
  const differs = (a: readonly unknown[], b: readonly unknown[]): boolean => a.some((each, at) => each !== b[at]);
  const wrong: string[] = [];
  for (const [at, first] of before.entries()) {
    const shown = signed[at >> 1]!.control.outerHTML.slice(0, 160);
    if (differs(first, again[at]!)) wrong.push(`${told(first)}, asked again ${told(again[at]!)}: ${shown}`);
    if (differs(first, after[at]!)) wrong.push(`${told(first)}, then ${told(after[at]!)}: ${shown}`);
  }
  return { wrong, found: before.filter(([element]) => element instanceof Element).length };
}

describe.each(CHANGES)('the answer is the same whatever the page does to %s', (change) => {
  test('on generated pages', { timeout: 300_000 }, async () => {
    if (!browser) return;
    const opened = browser;
    let found = 0;
    await fc.assert(
      fc.asyncProperty(generatedPage, async (html) => {
        const page = await openPage(opened, { html });
        try {
          const asked = await page.evaluate(askTwice, { most: 10, change });
          found += asked.found;
          expect(asked.wrong).toEqual([]);
        } finally {
          await page.close();
        }
      }),
      { numRuns: Number(process.env.RUNS ?? 12), endOnFailure: true, seed: Number(process.env.SEED ?? 20261123) },
    );
    expect(found).toBeGreaterThan(0);
  });

  test.each(REAL_PAGES.slice(0, 3))('on %s', { timeout: 120_000 }, async (url) => {
    if (!browser) return;
    const page = await openPage(browser, { url });
    await page.waitForTimeout(300);
    const { wrong, found } = await page.evaluate(askTwice, { most: 15, change });
    expect(wrong).toEqual([]);
    expect(found).toBeGreaterThan(0);
    await page.close();
  });
});

import fc from 'fast-check';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startChromium } from '../testing/chromium.ts';
import { openPage } from '../testing/session.ts';

const SAMPLES = 3000;

let browser: Browser | undefined;
beforeAll(async () => {
  browser = await startChromium();
});
afterAll(async () => {
  await browser?.close();
});

const STYLES = `<style>
  .before::before { content: "→ before" }
  .after::after { content: 'after' }
  .icon::before { content: url(x.png) }
  .counted::before { content: counter(item) ". " }
  .none::after { content: none }
  .gone { display: none }
  .unseen { visibility: hidden }
  .block { display: block }
</style>`;
const TEXTS = [
  'Save',
  '  Save  as\n draft ',
  '',
  ' ',
  '\u00a0',
  'a  b',
  '“Save”',
  '"Save"',
  'Überschrift 3',
  '🙂',
  'عربي',
];
const text = fc.constantFrom(...TEXTS);
const maybe = (name: string, value: fc.Arbitrary<string>) =>
  fc.option(value, { nil: undefined, freq: 2 }).map((given) => (given === undefined ? [] : [[name, given] as const]));

const rarely = (name: string, value: fc.Arbitrary<string>) =>
  fc.oneof(
    { weight: 9, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: value.map((given) => [[name, given] as const]) },
  );

const attributes = fc
  .tuple(
    maybe('aria-label', text),
    maybe('title', text),
    maybe(
      'class',
      fc.constantFrom('before', 'after', 'before after', 'icon', 'counted', 'none', 'gone', 'unseen', 'block'),
    ),
    maybe('hidden', fc.constantFrom('', 'until-found')),
    maybe('aria-hidden', fc.constantFrom('true', 'false', '')),
    rarely('role', fc.constantFrom('button', 'link', 'none', 'img')),
    rarely('aria-labelledby', fc.constantFrom('named', 'nowhere')),
    maybe('type', fc.constantFrom('text', 'submit', 'button', 'image', 'checkbox', 'hidden')),
    maybe('value', text),
    maybe('placeholder', text),
    maybe('alt', text),
    maybe('href', fc.constantFrom('#', '/path')),
  )
  .map((all) => all.flat());
const child = fc.oneof(
  { weight: 6, arbitrary: text.map((data) => ({ data })) },
  { weight: 2, arbitrary: text.map((comment) => ({ comment })) },
  { weight: 1, arbitrary: text.map((inner) => ({ inner })) },
);
const sample = fc.record({
  tag: fc.constantFrom('a', 'button', 'input', 'span'),
  attributes,
  children: fc.array(child, { maxLength: 3 }),
  around: fc.constantFrom('', '', 'gone', 'unseen'),
});
type Sample = typeof sample extends fc.Arbitrary<infer T> ? T : never;

/** Runs in the page: names each sample both ways. */
function nameBoth(samples: readonly Sample[]) {
  const wrong: string[] = [];
  let plain = 0;
  for (const { tag, attributes, children, around } of samples) {
    const outer = document.createElement('div');
    outer.className = around;
    const element = document.createElement(tag);
    for (const [name, value] of attributes) element.setAttribute(name, value);
    for (const part of children) {
      if ('data' in part) element.append(part.data);
      else if ('comment' in part) element.append(document.createComment(part.comment));
      else element.append(Object.assign(document.createElement('i'), { textContent: part.inner }));
    }
    outer.append(element);
    document.body.append(outer);
    const name = L.plainName(element, window);
    if (name !== undefined) {
      plain += 1;
      // As it is called for names: without this it leaves out what style sheets write.
      const right = L.computeAccessibleName(element, {
        getComputedStyle: (other, pseudo) => getComputedStyle(other, pseudo),
      });
      if (name !== right) wrong.push(`${outer.outerHTML}: ${JSON.stringify(name)}, not ${JSON.stringify(right)}`);
    }
    outer.remove();
  }
  return { wrong, plain };
}

test('is what the library computes, wherever it answers', async () => {
  if (!browser) return;
  const page = await openPage(browser, { html: `<!doctype html>${STYLES}<body><p id="named">Named</p>` });
  const samples = fc.sample(sample, { numRuns: SAMPLES, seed: Number(process.env.SEED ?? 20261123) });
  const { wrong, plain } = await page.evaluate(nameBoth, samples);
  expect(wrong.slice(0, 5)).toEqual([]);
  expect(plain).toBeGreaterThan(SAMPLES / 10);
  await page.close();
});

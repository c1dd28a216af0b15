import fc from 'fast-check';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startChromium } from '../testing/chromium.ts';
import { openPage } from '../testing/session.ts';

let browser: Browser | undefined;
beforeAll(async () => {
  browser = await startChromium();
});
afterAll(async () => {
  await browser?.close();
});

const text = fc.constantFrom(
  'Email',
  'E-mail address',
  'email',
  ' Email ',
  'Say "hi"',
  'back\\slash',
  'Größe',
  'Name *',
);
const label = text.map((said) => said.replaceAll('"', '&quot;'));
const field = fc.constantFrom('<input ID>', '<textarea ID></textarea>', '<select ID><option>One</select>');
const part = fc.oneof(
  fc
    .tuple(label, field, fc.nat(4))
    .map(([said, one, n]) => `<label for=f${n}>${said}</label>${one.replace('ID', `id=f${n}`)}`),
  fc.tuple(label, field).map(([said, one]) => `<label><b>${said}</b>${one.replace('ID', '')}</label>`),
  fc.tuple(label, field).map(([said, one]) => one.replace('ID', `aria-label="${said}"`)),
  fc
    .tuple(label, label, field, fc.nat(4))
    .map(
      ([said, other, one, n]) =>
        `<i id=l${n}>${said}</i><label>${other}${one.replace('ID', `aria-labelledby="none l${n}"`)}</label>`,
    ),
  fc.tuple(label, label).map(([said, other]) => `<label>${said}<input aria-label="${other}"></label>`),
  label.map((said) => `<div role=button aria-label="${said}">x</div><label hidden>${said}<input></label>`),
  label.map((said) => `<label><script>1</script>${said}<input></label>`),
  label.map((said) => `<label>${said}<button>Go</button></label><label>${said}<input type=hidden></label>`),
);

test('names what getByLabel names, in pages of any labels, and is written where it names one', {
  timeout: 300_000,
}, async () => {
  if (!browser) return;
  const page = await openPage(browser, { html: '' });
  let written = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 8 }), async (parts) => {
      const recorded = await page.evaluate((html) => {
        document.body.innerHTML = html;
        const fields = [...document.querySelectorAll('input:not([type=hidden]),textarea,select')];
        const ctx = { masked: () => false, keeps: () => true };
        return fields
          .filter((each) => each.checkVisibility())
          .flatMap((each) =>
            L.candidates(each, ctx)
              .filter(({ kind }) => kind === 'label')
              .map(({ selector, matches }) => ({ selector, matches, at: fields.indexOf(each) })),
          );
      }, parts.join('\n'));
      for (const { selector, matches, at } of recorded) {
        written += 1;
        const hits = await page.locator(selector).elementHandles();
        const same = await page.evaluate(
          ({ hits, selector, at }) => {
            const own = document.querySelectorAll('input:not([type=hidden]),textarea,select')[at]!;
            const ours = L.query(document, selector);
            return (
              hits.includes(own) && ours.length === hits.length && ours.every((each) => hits.includes(each as never))
            );
          },
          { hits, selector, at },
        );
        expect([same, hits.length], selector).toEqual([true, matches]);
      }
    }),
    { numRuns: 150, endOnFailure: true, seed: Number(process.env.SEED ?? 20261123) },
  );
  expect(written).toBeGreaterThan(50);
});

test('a label of which a part is masked is never written', async () => {
  if (!browser) return;
  const page = await openPage(browser, {
    html: '<label>Card of <b data-private>Ada Lovelace</b><input></label><label>City<input></label>',
  });
  const kinds = await page.evaluate(() =>
    [...document.querySelectorAll('input')].map((each) =>
      L.candidates(each, { masked: L.masked, keeps: () => true }).filter(({ kind }) => kind === 'label'),
    ),
  );
  expect(kinds).toEqual([[], [{ kind: 'label', selector: 'internal:label="City"s', matches: 1 }]]);
});

import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundle, startChromium } from '../testing/chromium.ts';
import { openPage } from '../testing/session.ts';

let browser: Browser | undefined;
let code = '';
beforeAll(async () => {
  browser = await startChromium();
  if (browser) code = await bundle('shared/testing/page-api.ts', 'L');
});
afterAll(async () => {
  await browser?.close();
});

const HTML = `<main><h1>Files</h1><form><label for=a>Name</label><input id=a><input type=checkbox aria-label=All><select><option>One</select></form>
<ul>${Array.from({ length: 600 }, (_, n) => `<li><a href="/${n}">File ${n}</a> <button>Delete</button></li>`).join('')}</ul></main>`;

/** Runs in the page: texts read for the first signing. */
function textsRead(prepared: boolean): number {
  const context = { masked: L.masked, keeps: () => true };
  if (prepared) for (const _step of L.prepareSigning(document, context));
  const data = Object.getOwnPropertyDescriptor(CharacterData.prototype, 'data')!;
  let read = 0;
  Object.defineProperty(CharacterData.prototype, 'data', {
    ...data,
    get(this: Text): string {
      read += 1;
      return data.get!.call(this) as string;
    },
  });
  L.observeElement(document.querySelector('a[href="/300"]')!, context);
  return read;
}

test('after preparing, signing reads what stands around the control, not the page', async () => {
  if (!browser) return;
  const [unprepared, prepared] = await Promise.all(
    [false, true].map(async (how) => {
      const page = await openPage(browser!, { html: HTML });
      const read = await page.evaluate(textsRead, how);
      await page.close();
      return read;
    }),
  );
  expect(unprepared).toBeGreaterThan(600);
  expect(prepared).toBeLessThan(60);
});

/** Runs in the page: changes it between the steps, then signs as a copy of the code does that was not prepared. */
function changedMeanwhile(code: string): string[] {
  const context = { masked: L.masked, keeps: () => true };
  const items = [...document.querySelectorAll('li')];
  let n = 0;
  for (const _step of L.prepareSigning(document, context)) {
    n += 7;
    const item = items[n % items.length]!;
    if (n % 3 === 0) item.querySelector('a')!.firstChild!.nodeValue = `File ${n % 5}`;
    else if (n % 3 === 1) item.querySelector('button')?.remove();
    else
      item.insertAdjacentHTML(
        'beforebegin',
        `<li><a href="/${n}">File ${n % 5}</a> <button title="${n}">Edit</button></li>`,
      );
  }
  const fresh = new Function(`${code};return L`)() as typeof L;
  return [...document.querySelectorAll('a,button,input')].flatMap((element, at) => {
    if (at % 20 > 0) return [];
    const [is, should] = [L, fresh].map((one) => JSON.stringify(one.observeElement(element, context)));
    return is === should ? [] : [`${is}\n${should}`];
  });
}

test('a page may change while it is prepared', async () => {
  if (!browser) return;
  const page = await openPage(browser, { html: HTML });
  expect(await page.evaluate(changedMeanwhile, code)).toEqual([]);
  await page.close();
});

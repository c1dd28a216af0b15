import fc from 'fast-check';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundle, startChromium } from '../testing/chromium.ts';
import { openPage } from '../testing/session.ts';

let browser: Browser | undefined;
beforeAll(async () => {
  browser = await startChromium();
});
afterAll(async () => {
  await browser?.close();
});

const HTML = `<style>.gone{display:none}.before::before{content:"Save "}</style>
<main><h1>Files</h1><form><label for=a>Name</label><input id=a><label>Also <button>Save</button></label><input type=submit value=Save></form>
<ul>${['Open', 'Save', 'Edit', 'Save', 'Delete'].map((name) => `<li><a href="/x">${name}</a><button title="${name}"><i></i></button></li>`).join('')}</ul>
<div id=host><template shadowrootmode=open><p><button>Save</button><a href="/y">Open</a></p><slot></slot></template><button>Edit</button></div>
<div onclick="0">Save</div><div tabindex=0>Edit</div><div onclick="0">Open</div>
<span role=button aria-labelledby=a2>x</span><b id=a2>Save</b></main>`;

type Found = { readonly element?: Element };

/** A change of the page: what is done, to which element, with which text. */
type Change = readonly [kind: number, element: number, other: number, text: string];

/** Runs in the page: after each change, signs and looks for some elements with what is remembered, and by a copy of the code that remembers nothing. */
function compare({ code, rounds }: { code: string; rounds: readonly (readonly Change[])[] }): string[] {
  const ctx = { key: L.parseHashKey('00112233445566778899aabbccddeeff'), scrub: L.scrub, masked: L.masked };
  const everything = (): Element[] => {
    const inShadow = [...document.querySelectorAll('*')].flatMap((one) => [
      ...(one.shadowRoot?.querySelectorAll('*') ?? []),
    ]);
    return [...document.body.querySelectorAll('*'), ...inShadow];
  };
  const out: Element[] = [];
  const kinds: ((element: Element, other: Element, text: string) => void)[] = [
    (element, _, text) => element.setAttribute('aria-label', text),
    (element, _, text) => element.setAttribute('title', text),
    (element) => element.setAttribute('role', 'button'),
    (element) => element.setAttribute('aria-labelledby', 'a2'),
    (element) => element.removeAttribute('href'),
    (element) => element.classList.toggle('gone'),
    (element) => element.classList.toggle('before'),
    (element, _, text) => element.append(text),
    (element, _, text) => {
      const node = document.createTreeWalker(element, 4).nextNode();
      if (node) node.nodeValue = text;
    },
    (element, other) => other.append(element),
    (element) => {
      element.remove();
      out.push(element);
    },
    // Unseen, while it is out of the page.
    (element, _, text) => {
      const back = out.pop();
      (back?.querySelector('button,a') ?? back)?.append(text);
      if (back) element.append(back);
    },
    (element, _, text) => {
      element.innerHTML = `<button>${text}</button>`;
    },
    (_, __, text) => {
      for (const input of document.querySelectorAll('input')) input.value = text;
    },
    (element) => {
      const label = document.createElement('label');
      element.replaceWith(label);
      label.append('Open', element);
    },
    (element) => {
      for (let n = 0; n < 300; n += 1) element.append(document.createElement('button'), 'Save');
    },
  ];
  const wrong: string[] = [];
  const targets = everything().flatMap((element) => {
    const { identity, candidates = [] } = L.signElement(element, ctx);
    const best = candidates.find(({ matches }) => matches === 1);
    return identity && best ? [{ selector: best.selector, kind: best.kind, alternatives: candidates, identity }] : [];
  });
  for (const changes of rounds) {
    for (const [kind, at, to, text] of changes) {
      const all = everything();
      const [element, other] = [all[at % all.length]!, all[to % all.length]!];
      if (!element.contains(other) && element.localName !== 'main') kinds[kind % kinds.length]!(element, other, text);
    }
    const fresh = new Function(`${code};return L`)() as typeof L;
    const all = everything();
    for (const [, at] of changes) {
      const element = all[at % all.length]!;
      const [is, should] = [L, fresh].map((one) => JSON.stringify(one.signElement(element, ctx)));
      if (is !== should) wrong.push(`${element.outerHTML.slice(0, 200)}\n${is}\n${should}`);
      const target = targets[at % targets.length]!;
      const [found, due] = [L, fresh].map((one) => one.resolve(target, document, ctx));
      if (JSON.stringify(found) !== JSON.stringify(due) || (found as Found).element !== (due as Found).element)
        wrong.push(`${JSON.stringify(target.identity)}\n${JSON.stringify(found)}\n${JSON.stringify(due)}`);
    }
  }
  return wrong;
}

const changes = fc.array(
  fc.tuple(fc.nat(), fc.nat(500), fc.nat(500), fc.constantFrom('Save', 'Open', 'Edit file', '')),
  { minLength: 1, maxLength: 6 },
);

test('what is remembered of a page is what is there', async () => {
  if (!browser) return;
  const code = await bundle('shared/testing/page-api.ts', 'L');
  await fc.assert(
    fc.asyncProperty(fc.array(changes, { minLength: 4, maxLength: 8 }), async (rounds) => {
      const page = await openPage(browser!, { html: HTML });
      expect(await page.evaluate(compare, { code, rounds })).toEqual([]);
      await page.close();
    }),
    { numRuns: 12, seed: 8, endOnFailure: true },
  );
}, 120_000);

/** Runs in the page: looks for a control of many, lets another take its name, and looks for it again. */
function renamed(changes: number): (string | undefined)[] {
  const ctx = { key: L.parseHashKey('00112233445566778899aabbccddeeff'), scrub: L.scrub, masked: L.masked };
  document.body.innerHTML = Array.from({ length: 40 }, (_, n) => `<div onclick="0" id=c${n}>Part ${n}</div>`).join('');
  const [before, after] = [document.querySelector('#c39')!, document.querySelector('#c35')!];
  const { identity } = L.signElement(before, ctx);
  const { tag, name_hash, name_words, text_words } = identity!;
  const wanted = {
    tag,
    ...(name_hash && { name_hash }),
    ...(name_words && { name_words }),
    ...(text_words && { text_words }),
  };
  const target = { selector: '#none', kind: 'id' as const, alternatives: [], identity: wanted };
  const look = (): string | undefined => {
    const found = L.resolve(target, document, ctx);
    return found.outcome === 'found' ? found.element.id : found.outcome;
  };
  const first = look();
  for (let n = 0; n < changes; n += 1) document.body.title = `${n}`;
  [before.textContent, after.textContent] = ['Something else', before.textContent];
  return [first, look()];
}

test.each([0, 600])('a name that another element took is found there, after %i other changes', async (others) => {
  if (!browser) return;
  const page = await openPage(browser, { html: '<body></body>' });
  expect(await page.evaluate(renamed, others)).toEqual(['c39', 'c35']);
  await page.close();
});

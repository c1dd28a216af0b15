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

/** Every `canary-…` is a secret by where it stands, every address `canary…@example.com` by what it is. */
const PAGE = `<!doctype html><title>Inbox of canary0@example.com</title>
<link rel="canonical" href="https://app.example/canary14@example.com?token=canary-canonical-query">
<body>
<main>
  <h2>Letters of canary1@example.com</h2>
  <button aria-label="Write to canary2@example.com" title="canary3@example.com">Write</button>
  <a href="/letters/canary4@example.com?session=canary-query#canary-fragment">Open canary5@example.com</a>
  <a href="https://canary-user:canary-pass@app.example/x">Sign in</a>
  <a href="mailto:canary6@example.com">Mail</a>
  <button id="canary7@example.com" data-testid="canary8@example.com" class="canary9@example.com" name="canary10@example.com">Send</button>
  <button data-user="canary-data">Data</button>
  <img alt="Face of canary11@example.com" src="https://app.example/f.png?sig=canary-signature">
  <label>Name <input value="canary-value" placeholder="canary12@example.com"></label>
  <label>Bio <textarea>canary-textarea</textarea></label>
  <label>Country <select><option value="canary-option-value">Norway</option></select></label>
  <input type="hidden" name="csrf" value="canary-hidden">
  <label>Password <input type="password" value="canary-password" aria-label="canary-password-label"></label>
  <label>Card <input autocomplete="cc-number" value="canary-card" title="canary-card-title"></label>
  <div contenteditable="true" role="textbox" aria-label="Note">canary-editor</div>
  <div data-private><button title="canary-private-title">canary-private</button></div>
  <div class="rr-mask"><a href="/canary-masked-href">canary-masked</a></div>
  <div class="sentry-block"><button>canary-sentry</button></div>
  <div data-dd-privacy="mask"><button>canary-datadog</button></div>
  <div class="fs-exclude"><button>canary-fullstory</button></div>
  <button aria-labelledby="typed">x</button><input id="typed" value="canary-referenced">
  <button>Pay <span data-private>canary-nested</span></button>
  <button>Rows <input value="canary-embedded" role="spinbutton" type="number"></button>
  <x-host><template shadowrootmode="open"><button>Shadow</button><span data-private>canary-shadow</span><input value="canary-shadow-value"></template></x-host>
  <iframe srcdoc="<p>canary-srcdoc</p>"></iframe>
  <button onclick="go('canary-handler')">Go</button>
  <!-- canary-comment --><script>window.secret = 'canary-script'</script><noscript>canary-noscript</noscript>
</main>`;

/** All that capture tells of the page, as text; boxes aside, since the width of a text is not its content. */
async function told(opened: Browser, word: string): Promise<string> {
  const page = await openPage(opened, { html: PAGE.replaceAll('canary', word) });
  await page.locator('input[placeholder]').pressSequentially(`${word}-typed`);
  await page.locator('textarea').pressSequentially(`${word}-typed-too`);
  const output = await page.evaluate((word) => {
    const ctx = { key: L.parseHashKey('00112233445566778899aabbccddeeff'), scrub: L.scrub, masked: L.masked };
    const elements = [...document.querySelectorAll('body *')].flatMap((element) => [
      element,
      ...(element.shadowRoot?.querySelectorAll('*') ?? []),
    ]);
    const url = `${location.href}${word}13@example.com?q=${word}-url#${word}-hash`;
    return {
      page: L.signPage(document, url, ctx),
      elements: elements.map((element) => {
        const signature = L.signElement(element, ctx);
        if (signature.identity) delete signature.identity.box;
        return signature;
      }),
      dom: L.serialiseDom(document, { ...ctx, maxBytes: 1_000_000 }),
      url: L.scrubUrl(url),
    };
  }, word);
  await page.close();
  expect(output.elements.length).toBeGreaterThan(40);
  expect(output.dom).toContain('Inbox of [email]');
  return JSON.stringify(output, null, 1);
}

test('no canary is in any output', async () => {
  if (!browser) return;
  expect((await told(browser, 'canary')).match(/.*canary.*/g) ?? []).toEqual([]);
});

test('no output depends on a canary, not even a hash', async () => {
  if (!browser) return;
  expect((await told(browser, 'canary')).split('\n')).toEqual((await told(browser, 'sphinx')).split('\n'));
});

test('masked boxes cover all fields and private parts in sight', async () => {
  if (!browser) return;
  const html = `<body style="margin:0"><input id="a" style="position:absolute;left:10px;top:10px;width:100px;height:20px;box-sizing:border-box">
    <p data-private style="position:absolute;left:0;top:50px;width:200px;height:30px;margin:0">private</p>
    <p style="position:absolute;left:0;top:100px">public</p>
    <input style="position:absolute;top:5000px"><input type="hidden" value="x">
    <iframe style="position:absolute;left:300px;top:10px;border:5px solid" srcdoc="<body style='margin:0'><input style='position:absolute;left:7px;top:9px;width:50px;height:20px;box-sizing:border-box'>"></iframe>
    <iframe style="position:absolute;left:300px;top:300px;width:80px;height:60px;border:0" sandbox srcdoc="other origin"></iframe></body>`;
  const page = await openPage(browser, { html });
  const rects = await page.evaluate(() => L.maskedRects(document));
  const box = (x: number, y: number, width: number, height: number) => ({ x, y, width, height });
  const fields = [box(10, 10, 100, 20), box(0, 50, 200, 30), box(312, 24, 50, 20), box(300, 300, 80, 60)];
  expect(rects).toEqual(expect.arrayContaining(fields));
  // What else there is, is the text of the private part.
  expect(rects).toHaveLength(fields.length + 1);
  await page.close();
});

test('what is masked is covered where it is drawn, also without a box of its own or in a closed shadow root', async () => {
  if (!browser) return;
  const html = `<body style="margin:0">
    <div data-private style="display:contents"><b id="a">alpha</b><svg id="b" width="20" height="10"></svg></div>
    <div data-private style="width:10px;height:10px;overflow:visible"><i id="c" style="position:absolute;left:300px;top:40px">gamma</i></div>
    <x-closed></x-closed><p style="position:absolute;top:200px">public</p></body>`;
  const page = await openPage(browser, { html });
  const [rects, wanted] = await page.evaluate(() => {
    const host = document.querySelector('x-closed')!;
    const closed = host.attachShadow({ mode: 'closed' });
    closed.innerHTML = '<div><input style="position:absolute;left:5px;top:120px;width:60px;height:20px"></div>';
    const { x, y, width, height } = closed.querySelector('input')!.getBoundingClientRect();
    const range = document.createRange();
    const drawn = ['a', 'b', 'c'].map((id) => {
      const element = document.getElementById(id)!;
      range.selectNodeContents(element);
      const box = element.firstChild ? range.getBoundingClientRect() : element.getBoundingClientRect();
      return { x: box.x, y: box.y, width: box.width, height: box.height };
    });
    const found = L.maskedRects(document, { shadowOf: (element) => (element === host ? closed : element.shadowRoot) });
    return [found, [...drawn, { x, y, width, height }]];
  });
  expect(rects).toEqual(expect.arrayContaining(wanted));
  expect(rects.every(({ y }) => y < 200)).toBe(true);
  await page.close();
});

test('boxes cover texts that hold something personal, where they are seen', async () => {
  if (!browser) return;
  const html = `<body style="margin:0"><p style="position:absolute;left:10px;top:20px;margin:0">Mail to <b>ana@example.com</b> now</p>
    <p style="display:none">bob@example.com</p><script>const mail = 'eve@example.com'</script>
    <p style="position:absolute;top:5000px">joe@example.com</p><p style="position:absolute;top:100px">nothing</p>
    <x-host><template shadowrootmode="open"><i style="position:absolute;top:200px">zoe@example.com</i></template></x-host></body>`;
  const page = await openPage(browser, { html });
  const [rects, bold, shadow] = await page.evaluate(() => {
    const box = (element: Element | null | undefined) => {
      const { x, y, width, height } = element!.getBoundingClientRect();
      return { x, y, width, height };
    };
    return [
      L.maskedRects(document, { scrub: L.scrub }),
      box(document.querySelector('b')),
      box(document.querySelector('x-host')?.shadowRoot?.querySelector('i')),
    ];
  });
  expect(rects).toEqual([bold, shadow]);
  await page.close();
});

test('boxes cover what is personal only together with the texts beside it, each where it is drawn', async () => {
  if (!browser) return;
  const html = `<body style="margin:0"><p>Card <b>4111</b> <b>1111</b> <i style="display:none">x</i><b>1111</b> <b>1111</b> is lost</p>
    <p>Nothing <b>4</b> of <b>11</b></p><p id="split">Mail to </p>
    <table><tr><td>Code:</td><td><u>482913</u></td></tr><tr><td>Orders</td><td>482913</td></tr></table></body>`;
  const page = await openPage(browser, { html });
  const [rects, wanted] = await page.evaluate(() => {
    const box = ({ x, y, width, height }: DOMRect) => ({ x, y, width, height });
    const split = document.getElementById('split')!;
    split.append('ana', '@example.com');
    const range = document.createRange();
    const boxes = [...document.querySelectorAll('p:first-child b, u')].map((each) => box(each.getBoundingClientRect()));
    for (const node of [...split.childNodes].slice(1)) {
      range.selectNodeContents(node);
      boxes.push(box(range.getBoundingClientRect()));
    }
    return [L.maskedRects(document, { scrub: L.scrub }).filter(({ width }) => width > 10), boxes];
  });
  expect(rects).toEqual(expect.arrayContaining(wanted));
  expect(rects).toHaveLength(wanted.length);
  await page.close();
});

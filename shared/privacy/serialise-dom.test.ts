// @vitest-environment jsdom
import { describe, expect, test } from 'vitest';
import { fullScrub } from './full-scrub.ts';
import { masked } from './masked.ts';
import { scrub } from './scrub.ts';
import { serialiseDom, serialiseDomSteps } from './serialise-dom.ts';

const options = { scrub, masked, maxBytes: 1_000_000 };

function page(body: string, head = ''): Document {
  document.head.innerHTML = head;
  document.body.innerHTML = body;
  return document;
}

test('keeps structure and words, drops what carries data', () => {
  const html = serialiseDom(
    page(
      `<main id="m" class="a" style="color:red" onclick="steal()" data-user="ana" data-testid="t"><h1>Hi <b>you</b></h1><!--c-->
      <script>secret()</script><a href="/p?token=1#x">Go</a><img src="data:image/png;base64,AAAA" alt="ana@example.com"></main>`,
      '<style>.secret{}</style><link rel="stylesheet" href="/a.css?v=1"><link rel="icon" href="/i.ico">',
    ),
    options,
  );
  expect(html).toContain('<main id="m" class="a" data-testid="t"><h1>Hi <b>you</b></h1>');
  expect(html).toContain('<a href="http://localhost:3000/p?token=">Go</a>');
  expect(html).toContain('<img src="data:" alt="[email]">');
  expect(html).toContain('<link rel="stylesheet" href="http://localhost:3000/a.css?v=">');
  expect(html).not.toMatch(/secret|steal|ana|style=|<!--|icon/);
});

test('masked text keeps its length and nothing else', () => {
  const html = serialiseDom(page('<div data-private title="canary">Ana <b>Bell</b></div>'), options);
  expect(html).toContain('<div>███ <b>████</b></div>');
  expect(html).not.toContain('canary');
});

test('of what is typed not even the length is kept', () => {
  const copy = (typed: string): string =>
    serialiseDom(page(`<div contenteditable="true" class="e">${typed}</div><textarea>${typed}</textarea>`), options);
  expect(copy('Godwit <b>Lanternfish</b><p>2</p>')).toBe(copy(''));
  expect(copy('x')).toContain('<div contenteditable="true" class="e"></div><textarea></textarea>');
});

describe('what is found only in texts read together goes out of each of them', () => {
  const copied = (body: string | Document): string =>
    /<body>(.*)<\/body>/s.exec(
      serialiseDom(typeof body === 'string' ? page(body) : body, { ...options, scrub: fullScrub }),
    )![1]!;

  test.each([
    [
      '<p>Card <b>4111</b> <b>1111</b> <b>1111</b> <b>1111</b> is lost</p>',
      '<p>Card <b>[card]</b> <b></b> <b></b> <b></b> is lost</p>',
    ],
    ['<p><b>ana</b>@<i>example.com</i></p>', '<p><b>[email]</b><i></i></p>'],
    ['<dl><dt>Date of birth</dt> <dd>12.3.1980</dd></dl>', '<dl><dt>Date of birth</dt> <dd>[birth_date]</dd></dl>'],
    [
      '<table><tbody><tr><td>BSN</td><td>111222333</td></tr></tbody></table>',
      '<table><tbody><tr><td>BSN</td><td>[national_id]</td></tr></tbody></table>',
    ],
    ['<div><span>BSN:</span><span>111222333</span></div>', '<div><span>BSN:</span><span>[national_id]</span></div>'],
    ['<div>Your code is</div><div> <em>4829</em>13 </div>', '<div>Your code is</div><div> <em>[code]</em> </div>'],
    ['<p>ana@<!--c-->example.com</p>', '<p>[email]</p>'],
    ['<p>ana@<script>1</script>example.com</p>', '<p>[email]</p>'],
  ])('%s', (body, clean) => {
    expect(copied(body)).toBe(clean);
  });

  test.each([
    '<p>Save <b>4</b> of <b>12</b></p>',
    '<table><tbody><tr><td>4111</td><td>1111</td><td>1111</td><td>1111</td></tr></tbody></table>',
    '<ul><li>Orders</li><li>Order 4711</li><li>Total: 1,234.50</li></ul>',
    '<p>ana@</p><p>example.com</p>',
  ])('but not across lines: %s', (body) => {
    expect(copied(body)).toBe(body);
  });

  test('split by a framework, in a shadow root', () => {
    const opened = page('<x-a></x-a>');
    const root = opened.querySelector('x-a')!.attachShadow({ mode: 'open' });
    for (const part of ['Card ', '4111 1111', ' 1111 1111', ' is lost']) root.append(opened.createTextNode(part));
    expect(copied(opened)).toContain('Card [card] is lost');
  });

  test('what is masked is not read for it', () => {
    const read: string[] = [];
    serialiseDom(page('<p>My <b data-private>secret</b> <i contenteditable>typed</i> end</p>'), {
      ...options,
      scrub: (text) => {
        read.push(text);
        return text;
      },
    });
    expect(read.join('|')).not.toMatch(/secret|typed/);
  });

  test('the cost is bounded: each text is read a few times, whatever the page', () => {
    let chars = 0;
    const body = `${'<b>12</b><i>Label</i>'.repeat(2000)}${'<p>Label</p>12'.repeat(500)}`;
    const counting = (text: string): string => {
      chars += text.length;
      return text;
    };
    serialiseDom(page(body), { ...options, scrub: counting });
    expect(chars).toBeLessThan(5 * body.replace(/<[^>]*>/g, '').length);
  });
});

test('includes open shadow roots', () => {
  const opened = page('<x-a>light</x-a>');
  const host = opened.querySelector('x-a');
  host?.attachShadow({ mode: 'open' }).append('inside ana@example.com');
  expect(serialiseDom(opened, options)).toContain(
    '<x-a><template shadowrootmode="open">inside [email]</template>light</x-a>',
  );
});

test.each([200, 1000, 5000])('is at most %d bytes and says that it was cut', (maxBytes) => {
  const html = serialiseDom(page('<p>é€👩‍💻 text</p>'.repeat(500)), { ...options, maxBytes });
  expect(new TextEncoder().encode(html).length).toBeLessThanOrEqual(maxBytes);
  expect(html.endsWith('<!--cut-->')).toBe(true);
});

test('the same in steps as at once', () => {
  const opened = page('<p>one</p><p>two</p>');
  const steps = serialiseDomSteps(opened, options);
  let count = 0;
  let step = steps.next();
  for (; !step.done; step = steps.next()) count += 1;
  expect(count).toBeGreaterThan(4);
  expect(step.value).toBe(serialiseDom(opened, options));
});

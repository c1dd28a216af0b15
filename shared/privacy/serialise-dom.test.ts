// @vitest-environment jsdom
import { expect, test } from 'vitest';
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

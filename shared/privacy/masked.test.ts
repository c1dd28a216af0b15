// @vitest-environment jsdom
import { expect, test } from 'vitest';
import { masked } from './masked.ts';

const first = (html: string, css = '.t'): Element => {
  document.body.innerHTML = html;
  const element = document.querySelector(css);
  if (!element) throw new Error(`no ${css}`);
  return element;
};

test.each([
  '<input class="t" type="password">',
  '<input class="t" type="HIDDEN">',
  '<input class="t" autocomplete="cc-number">',
  '<input class="t" autocomplete="section-a billing cc-csc">',
  '<input class="t" autocomplete="one-time-code">',
  '<input class="t" autocomplete="New-Password">',
  '<p data-private><b class="t"></b></p>',
  '<p class="rr-block"><i><b class="t"></b></i></p>',
  '<p class="t rr-mask"></p>',
  '<p class="t" data-rr-is-password="true"></p>',
  '<p class="t sentry-mask"></p>',
  '<p data-sentry-block><b class="t"></b></p>',
  '<p data-dd-privacy="mask"><b class="t"></b></p>',
  '<p class="dd-privacy-hidden"><b class="t"></b></p>',
  '<p data-dd-privacy="mask-user-input"><input class="t"></p>',
  '<p class="fs-exclude"><b class="t"></b></p>',
])('masked: %s', (html) => {
  expect(masked(first(html))).toBe(true);
});

const CLASSES = `rr-mask rr-block rr-ignore sentry-mask sentry-block sentry-ignore dd-privacy-mask dd-privacy-hidden
dd-privacy-mask-unless-allowlisted fs-mask fs-mask-without-consent fs-exclude fs-exclude-without-consent fs-block`;
const ATTRIBUTES = `data-private data-rr-is-password data-sentry-mask data-sentry-block data-sentry-ignore data-dd-privacy="mask"
data-dd-privacy="hidden" data-dd-privacy="mask-unless-allowlisted"`;
const MARKS = [...CLASSES.split(/\s+/).map((name) => `class="${name}"`), ...ATTRIBUTES.split(/\s+/)];

test.each(MARKS)('every mark masks what it is on and what is inside: %s', (mark) => {
  const inner = first(`<div ${mark}><p><b class="t">x</b></p></div>`);
  expect([masked(document.body.firstElementChild!), masked(inner)]).toEqual([true, true]);
});

test.each(['class="dd-privacy-mask-user-input"', 'data-dd-privacy="mask-user-input"'])(
  'masks what is typed or chosen only: %s',
  (mark) => {
    const inside = (html: string): boolean => masked(first(`<div ${mark}>${html}</div>`));
    expect(['<input class="t">', '<textarea class="t"></textarea>', '<select class="t"></select>'].every(inside)).toBe(
      true,
    );
    expect(inside('<b class="t">x</b>')).toBe(false);
  },
);

test.each(['current-password', 'new-password', 'CC-NUMBER', 'cc-exp-month', 'shipping cc-name', 'one-time-code'])(
  'what a field is for masks it, whatever its type: %s',
  (purpose) => {
    for (const type of ['text', 'tel', 'email', 'search'])
      expect(masked(first(`<input class="t" type="${type}" autocomplete="${purpose}">`)), type).toBe(true);
    expect(masked(first(`<textarea class="t" autocomplete="${purpose}"></textarea>`))).toBe(true);
  },
);

test.each([
  '<input class="t">',
  '<input class="t" autocomplete="given-name">',
  '<p class="t"></p>',
  '<p data-dd-privacy="mask-user-input"><b class="t"></b></p>',
  '<a class="t" href="https://example.com/">x</a>',
  '<a href="https://example.com/"><b class="t">x</b></a>',
])('not masked: %s', (html) => {
  expect(masked(first(html))).toBe(false);
});

test('a password that is shown stays masked', () => {
  const input = first('<input class="t" type="password">') as HTMLInputElement;
  expect(masked(input)).toBe(true);
  input.type = 'text';
  expect(masked(input)).toBe(true);
});

test('what is in a shadow root of a masked host is masked', () => {
  const root = first('<p data-private><x-a class="t"></x-a></p>').attachShadow({ mode: 'open' });
  root.innerHTML = '<b></b>';
  expect(masked(root.querySelector('b') as Element)).toBe(true);
});

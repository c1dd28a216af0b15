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

test.each([
  '<input class="t">',
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

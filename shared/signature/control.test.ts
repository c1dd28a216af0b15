// @vitest-environment jsdom
import { expect, test } from 'vitest';
import { controlOf } from './control.ts';

test.each([
  ['an icon in a button', '<button class="w"><i class="t"></i></button>'],
  ['a word in a link', '<a class="w" href="/x"><b><i class="t"></i></b></a>'],
  ['a label of a field', '<label class="t" for="f">Name</label><input class="w" id="f">'],
  ['text in a label around a field', '<label><b class="t">Name</b><input class="w"></label>'],
  ['an option', '<select class="w"><option class="t">1</option></select>'],
  ['a part with a handler in a button', '<button class="w"><i onclick="x()" class="t"></i></button>'],
  ['a part of a card with a handler', '<div class="w" onclick="x()"><p class="t"></p></div>'],
  ['a paragraph in an editor', '<div class="w" contenteditable="true"><p class="t"></p></div>'],
  ['no control', '<div><p class="t w"></p></div>'],
  ['a dialog that only takes the focus', '<div role="dialog" tabindex="-1"><p class="t w"></p></div>'],
])('%s', (_what, html) => {
  document.body.innerHTML = html;
  expect(controlOf(document.querySelector('.t') as Element)).toBe(document.querySelector('.w'));
});

test('goes out of a shadow root to the control around its host', () => {
  document.body.innerHTML = '<button><x-icon></x-icon></button>';
  const root = (document.querySelector('x-icon') as Element).attachShadow({ mode: 'open' });
  root.innerHTML = '<svg></svg>';
  expect(controlOf(root.firstElementChild as Element)).toBe(document.querySelector('button'));
});

// @vitest-environment jsdom
import { expect, test } from 'vitest';
import { neighboursOf } from './neighbours.ts';

const ctx = { masked: (element: Element) => element.closest('[data-private]') !== null, keeps: () => true };
const around = (html: string) => {
  document.body.innerHTML = html;
  const { before, after } = neighboursOf(document.querySelector('[x]') as Element, ctx);
  return [before, after];
};

test.each([
  [
    'controls at any depth',
    '<p><a href="/">Home</a></p><button x></button><ul><li><b>in bold</b><a href="/b">Help</a></ul>',
    ['Home', 'Help'],
  ],
  [
    'a field by what it is called, never by its value',
    '<textarea aria-label="Note">secret</textarea><button x></button><input value="secret">',
    ['Note', 'input'],
  ],
  ['an icon by its marks', '<button><i class="bi-pen"></i></button><button x></button>', ['bi-pen', '']],
  [
    'neither what it stands in nor what stands in it',
    '<div role="button"><a href="/" x><b tabindex="0">in</b></a></div>',
    ['', ''],
  ],
  ['nothing that is masked', '<button data-private>Ana</button><button x></button>', ['button', '']],
  ['nothing hidden', '<button>Save</button><button hidden>Drop</button><button x></button>', ['Save', '']],
])('%s', (_what, html, expected) => {
  expect(around(html)).toEqual(expected);
});

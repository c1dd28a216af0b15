// @vitest-environment jsdom
import { expect, test } from 'vitest';
import { marksOf } from './marks.ts';

const ctx = { masked: (element: Element) => element.closest('[data-private]') !== null, keeps: () => true };
const marks = (html: string): string => {
  document.body.innerHTML = html;
  return marksOf(document.body.firstElementChild as Element, ctx);
};

test.each([
  ['the classes of its icon', '<button><i class="bi bi-trash"></i></button>', 'bi bi-trash'],
  ['the symbol that it draws', '<button><svg><use href="/icons.svg#trash"></use></svg></button>', 'trash'],
  ['what it does', '<button data-toggle="card-remove"></button>', 'card-remove'],
  ['what there is to choose', '<select><option>By title</option><option>By date</option></select>', 'By title By date'],
  [
    'nothing of what may be data',
    '<button data-user="ana" data-transaction="ana"><img class="pen" src="/ana.svg"></button>',
    'pen',
  ],
  ['nothing that a machine made', '<button data-toggle="48151623"><i class="css-1q2w3e4r"></i></button>', ''],
  ['nothing of a test id', '<button data-testid="remove"></button>', ''],
  ['nothing that is masked', '<div><i class="a" data-private></i></div>', ''],
  ['nothing of the text beside it', '<button><span class="badge">6</span></button>', ''],
])('%s', (_what, html, expected) => {
  expect(marks(html)).toBe(expected);
});

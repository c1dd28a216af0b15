// @vitest-environment jsdom
import { expect, test } from 'vitest';
import type { SignatureContext } from './context.ts';
import { signElement } from './element.ts';
import { parseHashKey } from './hash.ts';
import { resolveElsewhere } from './resolve-elsewhere.ts';

const ctx: SignatureContext = {
  key: parseHashKey('00112233445566778899aabbccddeeff'),
  scrub: (text) => text,
  masked: () => false,
};

const header = (search: string) =>
  `<header><nav><a href="/">Home</a><a href="/cart">Cart</a></nav><form role="search">${search}</form></header>`;
const SEARCH = '<input x name="q" type="search" aria-label="Search the shop">';
const plain = (html: string) => html.replace(' x ', ' y ');
const known = (search: string) => `${header(search)}<main><h1>Boots</h1><p>Of leather.</p><button>Buy</button></main>`;

/** Records the control `[x]` of a page, and looks for it on another page of the site. */
function elsewhere(search: string, page: string): string {
  document.body.innerHTML = known(search);
  const element = document.querySelector('[x]');
  if (!element) throw new Error('no control [x]');
  element.removeAttribute('x');
  const { identity, candidates = [], ...form } = signElement(element, ctx);
  const best = candidates.find(({ matches }) => matches === 1);
  if (!identity || !best) throw new Error('no unique selector');
  document.body.innerHTML = page;
  const target = { selector: best.selector, kind: best.kind, alternatives: candidates, identity };
  const found = resolveElsewhere(target, form, document, ctx);
  return found.outcome === 'found' ? `found ${found.element.hasAttribute('y') ? 'it' : 'another'}` : found.outcome;
}

const OTHER_MAIN =
  '<main><h2>Delivery</h2><ul><li>Two days</li></ul><label>Post code <input name="zip"></label></main>';

test.each([
  ['the header of another page', SEARCH, header(plain(SEARCH)) + OTHER_MAIN, 'found it'],
  [
    'a button by its name',
    '<button x type="submit">Search</button>',
    header('<button y type="submit">Search</button>') + OTHER_MAIN,
    'found it',
  ],
  ['a page without it', SEARCH, OTHER_MAIN, 'not_found'],
  [
    'another field of the same kind',
    SEARCH,
    `${header('')}<main><input y name="filter" type="search" aria-label="Filter orders"></main>`,
    'not_found',
  ],
])('%s', (_, search, page, outcome) => {
  expect(elsewhere(search, page)).toBe(outcome);
});

test.each([
  ['two of them', SEARCH, header(plain(SEARCH)) + plain(SEARCH) + OTHER_MAIN],
  ['another name', SEARCH, header('<input y name="q" type="search" aria-label="Search your orders">') + OTHER_MAIN],
  ['another handle', SEARCH, header('<input y name="query" type="search" aria-label="Search the shop">') + OTHER_MAIN],
  [
    'a link that leads elsewhere',
    '<a x href="/account">You</a>',
    header('<a y href="/account/close">You</a>') + OTHER_MAIN,
  ],
  ['one that has only its place', '<div x role="button"></div>', header('<div y role="button"></div>') + OTHER_MAIN],
])('never takes %s, which a page that is known might', (_, search, page) => {
  expect(elsewhere(search, page)).toMatch(/^(not_found|ambiguous|identity_mismatch)$/);
});

import { expect, it } from 'vitest';
import { fullScrub } from '../../../shared/privacy/full-scrub.ts';
import { ElementSignature, PageSignature } from '../../../shared/protocol/schema.ts';
import { parseHashKey } from '../../../shared/signature/hash.ts';
import { sealElement } from '../../../shared/signature/seal-element.ts';
import { sealPage } from '../../../shared/signature/seal-page.ts';
import { sign } from './sign.ts';
import type { ElementSeen } from './types.ts';

const KEY = '00112233445566778899aabbccddeeff';
const ctx = { key: parseHashKey(KEY), scrub: fullScrub };
const SAVE: ElementSeen = {
  role: 'button',
  name: 'Save all',
  landmark: 'form',
  heading: 'Your cart',
  before: 'Large',
  index: 0,
  count: 1,
  test_id: { attribute: 'data-testid', value: 'save' },
  candidates: [
    { kind: 'role_name', selector: 'role=button[name="Save all"]', matches: 1 },
    { kind: 'test_id', selector: '[data-testid="save"]', matches: 1 },
  ],
};
const NOTHING = {
  type: undefined,
  id: undefined,
  name_attr: undefined,
  href: undefined,
  classes: undefined,
  told: undefined,
  path: undefined,
  shadow: undefined,
  box: undefined,
};

it('signs as the extension does: pages meet, identities compare', () => {
  const url = 'https://Shop.example/Cart/4711?x=1#top';
  const signed = sign({ on: { url, title: 'Cart (3)' }, element: SAVE }, ctx);
  PageSignature.parse(signed.page_signature);
  const extension = sealPage({ title: '(5) Cart', sequence: '0div' }, url, ctx);
  expect(signed.page_signature).toEqual({
    url_norm: extension.url_norm,
    domain: extension.domain,
    title_hash: extension.title_hash,
  });
  const [element] = signed.element_signatures ?? [];
  ElementSignature.parse(element);
  const inPage = sealElement(
    {
      ...NOTHING,
      tag: 'button',
      role: 'button',
      landmark: 'form',
      index: 0,
      count: 1,
      name: 'Save all',
      text: 'Save all',
      label: '',
      near: 'anything',
      heading: 'Your cart',
      marks: '',
      before: 'Large',
      after: '',
      choices: { test_id: SAVE.test_id, candidates: [] },
    },
    ctx,
  ).identity!;
  const { tag: _, text_words: __, near_words: ___, ...seenToo } = inPage;
  expect(element?.identity).toEqual({ tag: '*', ...seenToo });
  expect(element).toMatchObject({ selector_norm: '[data-testid="save"]', role: 'button' });
  // Nothing of it is text but what a selector may hold.
  expect(JSON.stringify({ ...element, candidates: [], selector_norm: '' })).not.toMatch(/cart|large/i);
});

it('drops what scrubbing finds anything in, and what was typed', () => {
  const scrub = (text: string) => fullScrub(text).replaceAll('swordfish', '[typed]');
  const selector = 'role=button[name="swordfish"]';
  const seen: ElementSeen = {
    role: 'button',
    name: 'swordfish',
    candidates: [{ kind: 'role_name', selector, matches: 1 }],
  };
  const [element] =
    sign({ on: { url: 'https://shop.example/' }, element: seen }, { ...ctx, scrub }).element_signatures ?? [];
  expect(element).toMatchObject({ selector_norm: '*', candidates: [] });
  expect(JSON.stringify(element)).not.toContain('swordfish');
});

it('invents nothing', () => {
  const page = { url: 'https://shop.example/' };
  // What nothing tells from others would be one with all such.
  expect(sign({ on: page, element: { role: 'button', candidates: [], target: 'div >> nth=3' } }, ctx)).toEqual({
    page_signature: expect.anything(),
  });
  const css: ElementSeen = { candidates: [{ kind: 'css', selector: '.save', matches: 1 }], target: '.save' };
  expect(sign({ on: page, element: css }, ctx).element_signatures).toEqual([
    { selector_norm: '.save', attr_fingerprint_hash: expect.any(String), candidates: css.candidates },
  ]);
  // Of a part of a name the words are known, not the name.
  const part = sign({ on: page, element: { role: 'link', name_part: 'Page', candidates: [] } }, ctx);
  const identity = part.element_signatures?.[0]?.identity;
  expect(identity).toEqual({ tag: '*', role: 'link', name_words: [expect.any(String)] });
  // Without a page an element belongs nowhere; a page without one is that which the call led to.
  expect(sign({ page, element: SAVE }, ctx)).toEqual({});
  const led = sign({ on: page, page: { url: 'https://shop.example/b' } }, ctx);
  expect(led.page_signature?.url_norm).toBe('https://shop.example/b');
  // A generated id names nothing tomorrow.
  const drawn: ElementSeen = {
    test_id: { attribute: 'data-testid', value: 'btn-8f3a2c91' },
    candidates: [{ kind: 'test_id', selector: '[data-testid="btn-8f3a2c91"]', matches: 1 }],
  };
  expect(sign({ on: page, element: drawn }, ctx).element_signatures).toBeUndefined();
});

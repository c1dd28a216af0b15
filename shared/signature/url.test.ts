import { expect, test } from 'vitest';
import { fitsTemplate, normaliseUrl } from './url.ts';

test.each([
  ['https://Shop.example/Item/4711?x=1#top', 'https://shop.example/item/:id'],
  ['https://shop.example/item/4711/', 'https://shop.example/item/:id'],
  ['https://shop.example/people/ana-smith/orders', 'https://shop.example/people/:id/orders'],
  ['http://localhost:3000/', 'http://localhost:3000/'],
  ['about:blank', 'about:'],
])('%s is one of %s', (url, template) => {
  expect(fitsTemplate(url, template)).toBe(true);
});

test.each([
  ['https://shop.example/item/4711/edit', 'https://shop.example/item/:id'],
  ['https://shop.example/orders/4711', 'https://shop.example/item/:id'],
  ['https://other.example/item/4711', 'https://shop.example/item/:id'],
  ['http://shop.example/item/4711', 'https://shop.example/item/:id'],
  ['https://evil.example/item/4711', 'https://:id/item/:id'],
  ['no address', 'https://shop.example/'],
])('%s is none of %s', (url, template) => {
  expect(fitsTemplate(url, template)).toBe(false);
});

test('every address fits its own template', () => {
  for (const url of [
    'https://a.example/x/2024-01-02/y',
    'file:///home/page.html',
    'wss://a.example/1',
    'blob:https://a.example/1',
  ])
    expect(fitsTemplate(url, normaliseUrl(url)!.url_norm)).toBe(true);
});

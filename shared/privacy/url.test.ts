import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MAX_URL_CHARS } from '../protocol/limits.ts';
import type { ElementSignature, PageSignature } from '../protocol/schema.ts';
import { normaliseUrl } from '../signature/url.ts';
import { scrub } from './scrub.ts';
import { scrubElement, scrubPage } from './scrub-signature.ts';
import { scrubUrl } from './url.ts';

test.each([
  ['https://ana:pw@shop.example:8443/a/b?q=secret&page=2#frag', 'https://shop.example:8443/a/b?q=&page='],
  ['https://shop.example/user/ana%40example.com/orders', 'https://shop.example/user/[email]/orders'],
  ['https://shop.example/a;jsessionid=123/b', 'https://shop.example/a/b'],
  ['https://shop.example/?ana@example.com=1', 'https://shop.example/?[email]='],
  ['https://shop.example/magic?482913', 'https://shop.example/magic'],
  ['https://shop.example/magic?aB3kd93jXq&page', 'https://shop.example/magic?page='],
  ['https://shop.example/list?desc&v2=&2026=x', 'https://shop.example/list?desc=&v2=&2026='],
  ['https://shop.example/reset/aB3kd93jXq', 'https://shop.example/reset/:id'],
  ['https://shop.example/password-reset/en/4829/done', 'https://shop.example/password-reset/en/:id/done'],
  ['https://shop.example/verify/482913', 'https://shop.example/verify/:id'],
  ['https://shop.example/Verify%2D1/482913', 'https://shop.example/Verify%2D1/:id'],
  ['https://shop.example/verify/email', 'https://shop.example/verify/email'],
  ['https://shop.example/verify/step10/2fa', 'https://shop.example/verify/step10/2fa'],
  ['https://shop.example/invite/kqzmwpxrtvbnlsdfghjkqzmw', 'https://shop.example/invite/:id'],
  ['https://shop.example/(S(abc123def456))/list', 'https://shop.example/:id/list'],
  ['https://shop.example/j/aB3kd93jXq-k', 'https://shop.example/j/:id'],
  ['data:text/html,secret', 'data:'],
  ['mailto:ana@example.com', 'mailto:'],
  ['javascript:alert(1)', 'javascript:'],
  ['blob:https://shop.example/1234', 'blob:'],
  ['not a url', '[scrubbed]'],
])('%s', (url, clean) => {
  expect(scrubUrl(url)).toBe(clean);
});

test.each([
  'item/4711',
  'users/00000000-0000-4000-8000-000000000001/edit',
  '2026/11/23/how-we-moved-12-services-to-k8s-in-2-weeks',
  'blog/covid19vaccine2021',
  'reports/fy2021q3results/2022q3report',
  'docs/v1alpha1/es2015/iphone15pro',
  'logs/20261123T101500Z',
  'images/16149374-814f-40bc-baf3-ca20f149f0ba_1.jpg',
  'js/vkhrkvp6cfwro_h8kpyc.js',
  '@ana/how-we-moved-9f8a7b6c5d4e',
  'sport/west-ham/r~8fa032ba3add11ec',
  'confirm/summer-2026/sessions/2026-keynote',
  'settings/two-factor/authenticator-application',
  'wiki/Straßenbahn_Zürich',
  'w3c/html5shiv/mp3player2go.html',
])('an ordinary path stays: %s', (path) => {
  const url = new URL(`https://shop.example/${path}`).href;
  expect(scrubUrl(url)).toBe(url);
});

test('what is a token in an address is one in its template', () => {
  const page = (path: string): string => {
    const { url_norm = '' } = normaliseUrl(`https://shop.example/${path}`) ?? {};
    return scrubPage({ url_norm } as PageSignature, scrub).url_norm;
  };
  expect(page('Reset/aB3kd93jXq')).toBe('https://shop.example/reset/:id');
  expect(page('(S(abc123def456))/List')).toBe('https://shop.example/:id/list');
  expect(page('verify/email')).toBe('https://shop.example/verify/email');
});

test('an element goes without the address of a token, and without the selectors that name it', () => {
  const candidates = ['a[href="/reset/aB3kd93jXq"]', 'a.reset'].map((selector) => ({ selector, matches: 1 }));
  const signature = {
    selector_norm: candidates[0]!.selector,
    candidates,
    identity: { tag: 'a', href: '/reset/ab3kd93jxq' },
  };
  const clean = scrubElement(signature as unknown as ElementSignature, scrub);
  expect(JSON.stringify(clean).toLowerCase()).not.toContain('ab3kd93jxq');
  expect(clean.selector_norm).toBe('a.reset');
});

test('relative to a base', () => {
  expect(scrubUrl('../x?y=1', 'https://shop.example/a/b')).toBe('https://shop.example/x?y=');
});

test('no value of a query, no fragment and no credentials come through', () => {
  const word = fc.stringMatching(/^[a-z]{6,10}$/);
  fc.assert(
    fc.property(word, word, word, word, (user, value, fragment, host) => {
      fc.pre(new Set([user, value, fragment, host]).size === 4);
      const clean = scrubUrl(`https://${user}:${value}@${host}.test/p?k=${value}&k2=${value}#${fragment}`);
      for (const secret of [user, value, fragment]) expect(clean.replace(host, '')).not.toContain(secret);
    }),
  );
});

test('is bounded', () => {
  expect(scrubUrl(`https://x.test/${'a/'.repeat(5000)}`).length).toBe(MAX_URL_CHARS);
});

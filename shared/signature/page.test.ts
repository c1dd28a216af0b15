// @vitest-environment jsdom
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OWN_ATTRIBUTE, type SignatureContext } from './context.ts';
import { parseHashKey } from './hash.ts';
import { signPage } from './page.ts';

const ctx: SignatureContext = {
  key: parseHashKey('00112233445566778899aabbccddeeff'),
  scrub: (text) => text.replaceAll('secret', '[x]'),
  masked: (element) => element.closest('[data-private]') !== null,
};
const URL_NOW = 'https://shop.example/item/4711?q=1#top';

function sign(body: string, { title = 'Shop', context = ctx, head = '' } = {}) {
  document.documentElement.innerHTML = `<head><title>${title}</title>${head}</head><body>${body}</body>`;
  return signPage(document, URL_NOW, context);
}

const distance = (a = '', b = ''): number => {
  let bits = BigInt(`0x${a}`) ^ BigInt(`0x${b}`);
  let count = 0;
  for (; bits; bits >>= 1n) count += Number(bits & 1n);
  return count;
};

const BODY =
  '<header><nav id="menu"><a href="/">Home</a></nav></header><main><form name="f"><input type="text" name="q"></form></main>';

test('has the shape of the wire', () => {
  expect(sign(BODY, { head: '<link rel="canonical" href="https://shop.example/item/4711?x=1">' })).toEqual({
    url_norm: 'https://shop.example/item/:id',
    domain: 'shop.example',
    canonical_link_hash: expect.stringMatching(/^[0-9a-f]{16}$/),
    title_hash: expect.stringMatching(/^[0-9a-f]{16}$/),
    dom_fingerprint_hash: expect.stringMatching(/^[0-9a-f]{16}$/),
    dom_simhash: expect.stringMatching(/^[0-9a-f]{16}$/),
  });
});

test.each([
  ['texts', BODY.replace('Home', 'Start')],
  ['values and other attributes', BODY.replace('<input', '<input value="x" class="y"')],
  ['order of attributes', BODY.replace('type="text" name="q"', 'name="q" type="text"')],
  ['generated ids', BODY.replace('<main>', '<main id=":r7:">')],
  ['scripts and styles', `${BODY}<script>1</script><style>a{}</style>`],
  ['what this extension adds', `<div ${OWN_ATTRIBUTE}=""><p>ours</p></div>${BODY}`],
])('does not depend on %s', (_what, body) => {
  expect(sign(body)).toEqual(sign(BODY));
});

test.each([
  ['a dialog', `${BODY}<div role="dialog"></div>`],
  ['a stable id', BODY.replace('id="menu"', 'id="sidebar"')],
  ['a field', BODY.replace('name="q"', 'name="email"')],
])('depends on %s', (_what, body) => {
  expect(sign(body).dom_fingerprint_hash).not.toBe(sign(BODY).dom_fingerprint_hash);
});

test('a list is the same page at any length from three entries on', () => {
  const list = (n: number) => sign(`<ul>${'<li><a href="/x">x</a></li>'.repeat(n)}</ul>`);
  expect(list(50)).toEqual(list(3));
  expect(list(1)).not.toEqual(list(3));
});

test('titles are scrubbed before they are hashed, and compare without case', () => {
  const hash = (title: string) => sign(BODY, { title }).title_hash;
  expect(hash('Mail of secret')).toBe(hash('mail  of [X]'));
  expect(hash('Mail of secret')).not.toBe(hash('Mail of you'));
});

test('another key gives other hashes', () => {
  const other = sign(BODY, { context: { ...ctx, key: parseHashKey('ff112233445566778899aabbccddeeff') } });
  const { title_hash, dom_fingerprint_hash, dom_simhash } = sign(BODY);
  for (const hash of [title_hash, dom_fingerprint_hash, dom_simhash]) expect(Object.values(other)).not.toContain(hash);
});

test('a small change moves the SimHash less than another page does', () => {
  const tags = fc.array(fc.constantFrom('div', 'nav', 'ul', 'form', 'section', 'table', 'article', 'aside'), {
    minLength: 60,
    maxLength: 120,
  });
  const body = (names: readonly string[]) =>
    names.map((tag, n) => `<${tag} id="${tag}-${'abcdefghij'[n % 10]}">`).join('</i>');
  // A hash may move far by chance, so this is about most pages, and always the same ones.
  const moved = fc.sample(fc.tuple(tags, tags), { seed: 20261122, numRuns: 100 }).map(([one, two]) => {
    const first = sign(body(one)).dom_simhash;
    return {
      near: distance(first, sign(body([...one, 'footer'])).dom_simhash),
      far: distance(first, sign(body(two)).dom_simhash),
    };
  });
  expect(moved.filter(({ near }) => near <= 12).length).toBeGreaterThanOrEqual(95);
  expect(moved.filter(({ near, far }) => near < far).length).toBeGreaterThanOrEqual(95);
});

test('something that is no URL still has a signature', () => {
  expect(signPage(document, 'nonsense', ctx)).toMatchObject({ url_norm: 'invalid:', domain: '' });
});

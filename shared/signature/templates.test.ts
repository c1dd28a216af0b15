import fc from 'fast-check';
import { expect, test } from 'vitest';
import { learnTemplates, type SeenPage } from './templates.ts';
import { fitsTemplate } from './url.ts';

const ARTICLE = '00ff00ff00ff00ff';
const OTHER = 'f0f0f0f00f0f0f0f';
/** A few bits from it, as lists of other lengths make. */
const near = (hash: string, n: number): string =>
  (BigInt(`0x${hash}`) ^ (1n << BigInt(n % 64)) ^ (1n << BigInt((n * 7) % 64))).toString(16).padStart(16, '0');
const site = (path: string): string => `https://site.example${path}`;
const pages = (paths: readonly string[], hash: string): SeenPage[] =>
  paths.map((path, n) => ({ url_norm: site(path), dom_simhash: near(hash, n) }));

const TITLES = ['how-we-test', 'what-is-new', 'a-year-later', 'on-being-slow', 'ten-small-things', 'why-not'];
const NAMES = 'ana ben cleo dan eva finn gus hana ivo jo kim lea max nora'.split(' ');

test('titles made into addresses', () => {
  const seen = pages(
    TITLES.map((title) => `/blog/${title}`),
    ARTICLE,
  );
  expect(learnTemplates(seen)).toEqual([{ template: site('/blog/:id'), examples: 6 }]);
});

test('plain names, once there are many', () => {
  const paths = NAMES.map((name) => `/people/${name}/orders`);
  expect(learnTemplates(pages(paths.slice(0, 6), ARTICLE))).toEqual([]);
  expect(learnTemplates(pages(paths, ARTICLE))).toEqual([{ template: site('/people/:id/orders'), examples: 14 }]);
});

test('two places, beside ids that the patterns know', () => {
  const paths = NAMES.flatMap((name) => TITLES.map((title) => `/${name}/docs/${title}/:id`));
  const seen = pages(
    paths.map((path) => `/u${path}`),
    ARTICLE,
  );
  expect(learnTemplates(seen)).toEqual([{ template: site('/u/:id/docs/:id/:id'), examples: 84 }]);
});

test('parts of a site that are built differently stay apart', () => {
  const parts = NAMES.map((name, n) => ({
    url_norm: site(`/app/${name}`),
    dom_simhash: ((BigInt(n + 1) * 0x9e3779b97f4a7c15n) & 0xffffffffffffffffn).toString(16).padStart(16, '0'),
  }));
  expect(learnTemplates(parts)).toEqual([]);
});

test('a settings page among the articles does not hinder, and pages without a structure teach nothing', () => {
  const seen = [
    ...pages(
      TITLES.map((title) => `/blog/${title}`),
      ARTICLE,
    ),
    ...pages(['/blog/settings'], OTHER),
  ];
  expect(learnTemplates(seen).map(({ template }) => template)).toEqual([site('/blog/:id')]);
  expect(learnTemplates(seen.map(({ url_norm }) => ({ url_norm })))).toEqual([]);
});

test('every address that is joined fits its template; the order of what was seen does not matter', () => {
  const part = fc.constantFrom('a', 'docs', ':id', ...TITLES, ...NAMES);
  const page = fc.record({
    url_norm: fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => site(`/${parts.join('/')}`)),
    dom_simhash: fc.constantFrom(ARTICLE, near(ARTICLE, 3), OTHER),
  });
  fc.assert(
    fc.property(
      fc.uniqueArray(page, { minLength: 5, maxLength: 200, selector: ({ url_norm }) => url_norm }),
      (seen) => {
        const learned = learnTemplates(seen);
        const sorted = learnTemplates(seen.toSorted((a, b) => (a.url_norm < b.url_norm ? -1 : 1)));
        expect(learned.map(({ template }) => template).sort()).toEqual(sorted.map(({ template }) => template).sort());
        for (const { template, examples } of learned) {
          const fitting = seen.filter(({ url_norm }) => fitsTemplate(url_norm, template));
          expect(fitting.length).toBeGreaterThanOrEqual(examples);
        }
      },
    ),
    { seed: 20261122, numRuns: 200 },
  );
});

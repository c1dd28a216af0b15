import { expect, test } from 'vitest';
import { bySite } from './publish_touched.ts';

const elementsOf = (site: string, many: number) =>
  Array.from({ length: many }, (_, n) => ({ project_id: 'p', elem_sig_id: `${site}-${n}`, site }));

const sitesOf = (chunks: readonly { elem_sig_id: string }[][]): Set<string> =>
  new Set(chunks.flat().map(({ elem_sig_id }) => elem_sig_id.split('-')[0] ?? ''));

test('each element is in one chunk, no chunk is too large, and no site is in two lists', () => {
  const touched = ['a', 'b', 'c', 'd', 'e'].flatMap((site, n) => elementsOf(site, 7 * (n + 1)));
  const lists = bySite(touched, 10);
  const chunks = lists.flat();
  expect(chunks.flat()).toHaveLength(touched.length);
  expect(new Set(chunks.flat().map(({ elem_sig_id }) => elem_sig_id))).toHaveProperty('size', touched.length);
  for (const chunk of chunks) expect(chunk.length).toBeLessThanOrEqual(10);
  const sites = lists.flatMap((list) => [...sitesOf(list)]);
  expect(new Set(sites)).toHaveProperty('size', sites.length);
});

test('small sites share a chunk, and what takes longest comes first', () => {
  const touched = [...elementsOf('a', 2), ...elementsOf('b', 25), ...elementsOf('c', 3), ...elementsOf('d', 4)];
  expect(bySite(touched, 10).map((chunks) => chunks.map(({ length }) => length))).toEqual([[10, 10, 5], [9]]);
});

test('the same host is another site in another project', () => {
  const touched = [...elementsOf('a', 12), ...elementsOf('a', 12).map((each) => ({ ...each, project_id: 'q' }))];
  expect(bySite(touched, 10)).toHaveLength(2);
});

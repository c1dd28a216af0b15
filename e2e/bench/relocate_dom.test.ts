import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { overlap } from '../../shared/signature/overlap.ts';
import { parsePairs, readPairs } from '../pairs/pairs_file.ts';
import { upwards } from '../pairs/site.ts';
import { openSource } from '../pairs/source.ts';
import { type PairResult, summarise } from './relocate_dom_score.ts';

const FILE = { old: 'old.html', new: 'new.html', pairs: [{ old: '//a', new: null }] };
const parsed = (change: object) => parsePairs(JSON.stringify({ ...FILE, ...change }), 'some/pairs.json');

describe('a pairs file', () => {
  it('is named after its file and hides nothing unless it says so', () => {
    expect(parsed({})).toMatchObject({ name: 'pairs', hide: [], path: 'some/pairs.json', pairs: FILE.pairs });
    expect(parsed({ name: 'App', hide: ['id', 'data-x'] })).toMatchObject({ name: 'App', hide: ['id', 'data-x'] });
  });

  it.each([
    [{ old: '' }, 'old'],
    [{ pairs: [] }, 'pairs'],
    [{ pairs: [{ old: '//a' }] }, 'pairs.0.new'],
    [{ hide: ['a b'] }, 'hide.0'],
    [{ gone: [] }, 'gone'],
  ])('with %j is refused with its path and the place', (change, place) => {
    expect(() => parsed(change)).toThrow('some/pairs.json is no pairs file');
    expect(() => parsed(change)).toThrow(place);
  });

  it('that is no JSON is refused with its path', () => {
    expect(() => parsePairs('{', 'x.json')).toThrow('x.json is no JSON');
  });

  it('of this repository parses, and all of them together are enough', async () => {
    const files = await readPairs('e2e/pairs');
    const all = files.flatMap(({ pairs }) => pairs);
    expect(files.length).toBeGreaterThanOrEqual(12);
    expect(all.filter((pair) => pair.new !== null).length).toBeGreaterThanOrEqual(150);
    expect(all.filter((pair) => pair.new === null).length).toBeGreaterThanOrEqual(40);
    for (const { path, pairs } of files) {
      const targets = pairs.flatMap((pair) => pair.new ?? []);
      expect(new Set(targets).size, path).toBe(targets.length);
      expect(new Set(pairs.map(({ old }) => old)).size, path).toBe(pairs.length);
    }
  });
});

describe('a page of a pairs file', () => {
  it('keeps an address as it is', async () => {
    const { url } = await openSource('http://127.0.0.1:1/a?b#c', 'pairs.json');
    expect(url).toBe('http://127.0.0.1:1/a?b#c');
  });

  it('is served with what lies beside and above it', async () => {
    const source = await openSource('relocate_dom.ts#top', resolve('e2e/bench/pairs.json'));
    try {
      expect(source.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/relocate_dom\.ts#top$/);
      const statusOf = async (path: string) => (await fetch(new URL(path, source.url))).status;
      expect(await statusOf('/relocate_dom.ts')).toBe(200);
      expect(await statusOf('../pairs/site.ts')).toBe(200);
      expect(await statusOf('/missing.css')).toBe(404);
    } finally {
      await source.close();
    }
  });

  it('says which file or package is missing', async () => {
    await expect(openSource('nowhere.html', 'e2e/pairs.json')).rejects.toThrow('nowhere.html');
    await expect(openSource('npm:no-such-package/a.html', 'p.json')).rejects.toThrow(
      'no-such-package is not installed',
    );
    await expect(openSource('app:unknown', 'p.json')).rejects.toThrow('app:unknown');
  });

  it('is looked for in its folder first, then above', () => {
    expect(upwards('/a/b')).toEqual(['/a/b', '/a']);
  });
});

describe('the overlap of two boxes', () => {
  it('is their common share of the box around both', () => {
    expect(overlap([0, 0, 10, 10], [0, 0, 10, 10])).toBe(1);
    expect(overlap([0, 0, 10, 10], [0, 0, 10, 5])).toBe(0.5);
    expect(overlap([0, 0, 10, 10], [5, 5, 10, 10])).toBeCloseTo(25 / 225);
  });

  it('is none where they only touch, or one is not drawn', () => {
    expect(overlap([0, 0, 10, 10], [10, 0, 10, 10])).toBe(0);
    expect(overlap([0, 0, 0, 0], [0, 0, 0, 0])).toBe(0);
  });
});

describe('the figures', () => {
  const result = (change: Partial<PairResult>): PairResult => ({
    gone: false,
    first_right: true,
    outcome: 'found',
    right: true,
    found: '',
    removed_accepted: false,
    removed_found: '',
    ours: 'a',
    durable: true,
    kinds: [{ kind: 'id', held: true }],
    durable_by: { finder: true, 'css-selector-generator': false, playwright: true, xpath: false },
    sign_ms: 1,
    resolve_ms: 2,
    ...change,
  });

  it('count wrong answers as accepted, and gone controls apart', () => {
    const wrong = result({ right: false, first_right: false, durable: false, kinds: [{ kind: 'id', held: false }] });
    const missed = result({ outcome: 'ambiguous', right: false, resolve_ms: 9 });
    const gone = result({ gone: true, right: false, first_right: false, outcome: 'not_found', durable: false });
    expect(summarise([result({ removed_accepted: true }), wrong, missed, gone, { ...gone, outcome: 'found' }])).toEqual(
      {
        pairs: 3,
        same: 2,
        accepted: 2,
        accepted_right: 1,
        gone: 2,
        gone_accepted: 1,
        removed: 3,
        removed_accepted: 1,
        durable: 2,
        durable_by: { finder: 3, 'css-selector-generator': 0, playwright: 3, xpath: 0 },
        durable_by_kind: { id: [2, 3] },
        ms_sign_p95: 1,
        ms_resolve_p95: 9,
      },
    );
  });
});

import { expect, test } from 'vitest';
import type { ElementIdentity } from '../protocol/schema.ts';
import { decide, reachable } from './model.ts';
import { evident, evidentInPlace, tellsFromFewer } from './model-evident.ts';
import { featuresOf } from './model-features.ts';
import { prepare } from './model-prepared.ts';
import { NO_STATISTICS } from './model-statistics.ts';

const link = (word: string, x: number, more: Partial<ElementIdentity> = {}): ElementIdentity => ({
  tag: 'a',
  role: 'link',
  name_hash: word,
  name_words: [word],
  text_words: [word],
  href: `/${word}`,
  landmark: 'navigation',
  path: 'a<li<ul<nav',
  box: [x, 20, 60, 20],
  ...more,
});
const alone = (identities: readonly ElementIdentity[]) => ({ identities, related: () => false });
const menu = ['home', 'news', 'shop', 'help'].map((word, at) => link(word, at * 80));
const [home, news] = menu as [ElementIdentity, ElementIdentity];

test('a control that stayed is taken, and with the same answer each time', () => {
  const decided = decide(news, alone(menu));
  expect(decided).toMatchObject({ best: 1, accepted: true });
  expect(decide(news, alone(menu))).toEqual(decided);
});

test('nothing is taken where the control is gone, though another moved to its place', () => {
  const moved = menu.filter((one) => one !== news).map((one, at) => ({ ...one, box: [at * 80, 20, 60, 20] as const }));
  const decided = decide(news, alone(moved as unknown as ElementIdentity[]));
  expect(decided).toMatchObject({ evident: false, accepted: false });
});

test('one of the same name and address at the other end of the page is not sure enough', () => {
  const footer = link('news', 900, { landmark: 'contentinfo', path: 'a<li<ul<div<footer', box: [900, 4000, 40, 14] });
  const gone = decide(news, alone([...menu.filter((one) => one !== news), footer]));
  expect(gone).toMatchObject({ best: 3, evident: true, accepted: false });
  expect(decide(news, alone([...menu, footer]))).toMatchObject({ best: 1, accepted: true });
});

test('what is the same control is no rival', () => {
  const item: ElementIdentity = { ...news, tag: 'li', role: 'listitem', path: 'li<ul<nav' };
  const rival = decide(news, alone([...menu, item]))!;
  const same = decide(news, {
    identities: [...menu, item],
    related: (a, b) => [a, b].sort().join() === '1,4',
  })!;
  expect(same.second).not.toBe(4);
  expect(same.probability).toBeGreaterThan(rival.probability);
});

test('without candidates there is no decision', () => {
  expect(decide(news, alone([]))).toBeUndefined();
});

test.each([
  ['its name', news, true],
  ['nothing but place and address', link('other', 80, { href: '/news' }), false],
  [
    'its address, where it has no name',
    { ...news, name_hash: undefined, name_words: undefined, text_words: undefined },
    true,
  ],
])('%s tells a control', (_what, candidate, telling) => {
  const features = featuresOf(prepare(news), prepare(candidate as ElementIdentity), NO_STATISTICS);
  expect(evident(features)).toBe(telling);
});

test('a handle that counts up tells less than one that does not', () => {
  const handle = (id: string): number =>
    featuresOf(prepare({ ...home, id }), prepare({ ...news, id }), NO_STATISTICS).handle;
  expect(handle('tab2')).toBeGreaterThan(0);
  expect(handle('tab2')).toBeLessThan(handle('search'));
});

test('every feature is between 0 and 1, whatever is missing', () => {
  const identities: ElementIdentity[] = [
    ...menu,
    { tag: 'div' },
    { tag: 'input', role: 'textbox', id: 'q', name_attr: 'q' },
  ];
  for (const a of identities)
    for (const b of identities)
      for (const value of Object.values(featuresOf(prepare(a), prepare(b), NO_STATISTICS))) {
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1);
      }
});

test('of one of fewer than there were, only the very same surroundings tell which it is', () => {
  const edit: ElementIdentity = { ...link('edit', 0), near_words: ['rome'], index: 1, count: 3 };
  const features = (now: ElementIdentity, count: number) =>
    featuresOf(prepare(edit), prepare(now), NO_STATISTICS, { index: 0, count, selector: false, position: true });
  expect(tellsFromFewer(features({ ...edit, near_words: ['oslo'] }, 2))).toBe(false);
  expect(tellsFromFewer(features(edit, 2))).toBe(true);
  expect(tellsFromFewer(features({ ...edit, near_words: ['oslo'] }, 3))).toBe(true);
});

test.each([
  ['an icon of the same name', { mark_words: ['bin'] }, { mark_words: ['bin'] }, true],
  ['another icon at its place', { mark_words: ['bin'] }, { mark_words: ['pen'] }, false],
  ['the same text beside it', { near_words: ['town'] }, { near_words: ['town'] }, true],
  ['nothing but looks', {}, {}, false],
])('of a control without a name: %s', (_what, before, now, telling) => {
  const icon: ElementIdentity = { tag: 'button', role: 'button', classes: ['tool'], box: [10, 10, 20, 20], count: 2 };
  const features = featuresOf(prepare({ ...icon, ...before }), prepare({ ...icon, ...now }), NO_STATISTICS);
  expect(evidentInPlace(features)).toBe(telling);
});

test('what was moved out of the document is not reachable', () => {
  expect(reachable({ tag: 'a', box: [10, -60, 50, 40] })).toBe(false);
  expect(reachable({ tag: 'a', box: [-10, -10, 50, 40] })).toBe(true);
  expect(reachable({ tag: 'a' })).toBe(true);
});

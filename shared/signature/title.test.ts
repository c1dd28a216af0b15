import { expect, test } from 'vitest';
import { fullScrub } from '../privacy/full-scrub.ts';
import { parseHashKey } from './hash.ts';
import { sealPage } from './seal-page.ts';
import { titleHash } from './title.ts';

const key = parseHashKey('00112233445566778899aabbccddeeff');

test.each([
  ['Inbox', '(3) Inbox'],
  ['Inbox (12) – Mail', 'Inbox (7) – Mail'],
  ['Inbox [1,204]', 'inbox'],
  ['● Chat', 'Chat'],
  ['Order 4711 | Shop', 'Order 90210 | Shop'],
  ['Week of 2026-11-22', 'Week of 2027-01-04'],
  ['Build 12% done', 'Build 100% done'],
  ['[email] – Profile', '[email] – profile'],
])('%s and %s are one title', (one, other) => {
  expect(titleHash(key, one)).toBe(titleHash(key, other));
});

test.each([
  ['Inbox', 'Sent'],
  ['Order 4711', 'Invoice 4711'],
  ['Inbox (unread)', 'Inbox'],
])('%s and %s are two', (one, other) => {
  expect(titleHash(key, one)).not.toBe(titleHash(key, other));
});

test.each([
  ['Jane Miller – Profile', 'Robert Johnson – Profile'],
  ['Message from Linus Torvalds (2)', 'Message from Margaret Hamilton'],
  ['jane.doe@example.com – Settings', 'bob@example.org – Settings'],
])('%s and %s are one title of a page about somebody', (one, other) => {
  const hashOf = (title: string) =>
    sealPage({ title, sequence: 'body' }, 'https://x.example/', { key, scrub: fullScrub }).title_hash;
  expect(hashOf(one)).toBe(hashOf(other));
  expect(hashOf(one)).not.toBe(hashOf('Profile'));
});

test('nothing but a counter is no title', () => {
  expect(titleHash(key, ' (3) ')).toBeUndefined();
});

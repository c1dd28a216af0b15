import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createDoubt } from './doubt.ts';
import { scrub } from './scrub.ts';
import { createTaint } from './taint.ts';

const fragment = fc.constantFrom(
  ...['ana@example.com', 'a%40b.example', '4111 1111 1111 1111', '+49 30 1234567', '192.168.1.1', '::1', 'fe80::1'],
  ...['aa-bb-cc-dd-ee-ff', '00:1a:2b:3c:4d:5e', 'DE89 3704 0044 0532 0130 00', '078-05-1120', 'code', 'otp', 'is your'],
  ...['sk', 'pk', 'npm', 'ghp', 'sb_secret', 'xoxb', 'hf', '_', '-', 'abcdefghijkl', 'eyJ', 'AKIA', 'SG.', 'Bearer '],
  ...['token', '=', '"', ':', ' ', '://', 'x:y', '@', '?sid', 'A1b2C3d4E5', '7', '9f', 'Search', 'AIza', 'Basic '],
);
const value = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.array(fragment, { maxLength: 12 }).map((parts) => parts.join('')),
);

test('all that the detectors change is doubted', () => {
  const { doubts } = createDoubt();
  fc.assert(
    fc.property(value, (text) => {
      fc.pre(scrub(text) !== text);
      expect(doubts(text)).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

const letter = fc.constantFrom(...'abcABCäÄßéﬁ１%\\u4 .-_!#', '%41', '\\u0041', '/');
const word = fc.array(letter, { maxLength: 12 }).map((letters) => letters.join(''));

test('all from which typed text is taken out is doubted', () => {
  fc.assert(
    fc.property(word, word, word, (typed, before, after) => {
      const taint = createTaint();
      const doubt = createDoubt();
      taint.add(typed);
      doubt.add(typed);
      for (const text of [before + typed + after, `${before} ${typed.toUpperCase()} ${after}`, before + after]) {
        if (taint.scrub(text) !== text) expect(doubt.doubts(text)).toBe(true);
      }
    }),
    { numRuns: 2000 },
  );
});

test('common names, ids and classes are not doubted, before and after typing', () => {
  const doubt = createDoubt();
  const values = [
    'Save changes',
    'New tiddler',
    'navigation-menu-item',
    'btn-primary',
    'tc-sidebar-tabs-main',
    'row-12',
  ];
  expect(values.filter((text) => doubt.doubts(text))).toEqual([]);
  doubt.add('Kestrel-41');
  expect(values.filter((text) => doubt.doubts(text))).toEqual([]);
  expect(doubt.doubts('Delete kestrel')).toBe(true);
});

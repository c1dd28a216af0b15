import fc from 'fast-check';
import { expect, test } from 'vitest';
import { opaque } from './checks.ts';

/** The same, part by part. */
const asPatterns = (token: string): boolean =>
  token.split(/[-_./+=~]+/).some((part) => {
    if (/^(?=.*\d)(?=.*[a-f])[0-9a-f]{32,}$/i.test(part)) return true;
    if (part.length < 20 || !/\d/.test(part) || !/[a-z]/i.test(part)) return false;
    const turns = part.match(/\d(?=[a-z])|[a-z](?=[a-z\d])/gi)?.length ?? 0;
    return new Set(part).size >= 10 && turns >= 4;
  });

test.each([
  ['7Gk2pQ9xZr4Lm8Vt1Bn6Wc3Y', true],
  ['9f86d081884c7d659a2feaa0c55ad015', true],
  ['9f86d081884c7d65.9a2feaa0c55ad015', false],
  ['navigation-menu-item-link-active-2-of-3', false],
  ['abababababababababab1', false],
  ['01234567890123456789a', false],
  ['', false],
])('%s: %s', (token, is) => {
  expect(opaque(token)).toBe(is);
});

test('any token reads as it does part by part', () => {
  const char = fc.constantFrom(...'abcdefghijklmnopqrstuvwxyzABCDEFXYZ0123456789-_./+=~');
  const token = fc.oneof(
    fc.string({ unit: char, maxLength: 80 }),
    fc.string({ unit: fc.constantFrom(...'0123456789abcdefF'), minLength: 28, maxLength: 40 }),
    fc.string({ unit: fc.constantFrom(...'aB3456789x'), minLength: 18, maxLength: 30 }),
  );
  fc.assert(
    fc.property(token, (raw) => {
      expect(opaque(raw)).toBe(asPatterns(raw));
    }),
    { numRuns: 5000 },
  );
});

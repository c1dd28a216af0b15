import fc from 'fast-check';
import { expect, test } from 'vitest';
import { survey } from '../../survey.ts';
import { isWordChar } from '../../words.ts';
import { folded } from './folded.ts';
import { createLexicon, createTails, flagsOf, lettersOf } from './lexicon.ts';

const WORDS = ['anna', 'ana', 'an', 'a', 'lukasz', 'strasse', 'aeo', 'oe', 'ssa'];
const { plain, between } = createLexicon([
  [1, WORDS.join(' ')],
  [2, 'anna strasse'],
]);
const letter = fc.constantFrom(..."aAnNsSoOeELukKzZßłŁøÆäÄéœðı-’'1日Ж", '\u0301', 'ſ', '\u212a', 'ﬁ', 'ế');
const word = fc.oneof(
  fc.array(letter, { minLength: 1, maxLength: 8 }).map((letters) => letters.join('')),
  fc.constantFrom(...WORDS, 'Łukasz', 'STRAßE', 'Anna-Lena', 'a'.repeat(40), 'æ'.repeat(20)),
);

test('knows a word by its folded form', () => {
  fc.assert(
    fc.property(word, (raw) => {
      const plain = folded(raw);
      const known = between(survey(raw), 0, raw.length);
      expect([flagsOf(known), lettersOf(known)]).toEqual([
        Number(WORDS.includes(plain)) + 2 * Number(plain === 'anna' || plain === 'strasse'),
        plain.length,
      ]);
    }),
    { numRuns: 3000 },
  );
});

test('a word with one of the endings may have it, by its tail', () => {
  const endings = ['sse', 'ße', 'än', 'na'];
  const mayEnd = createTails(endings);
  fc.assert(
    fc.property(word, fc.constantFrom(...endings), (raw, ending) => {
      const whole = `${raw}${ending}`;
      fc.pre(!whole.includes('-'));
      expect(mayEnd(between(survey(whole), 0, whole.length))).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

test('a word of plain letters is read without its end, as with it', () => {
  fc.assert(
    fc.property(word, fc.constantFrom('', ' ', '.', '-', '1', 'é', '’s'), (raw, behind) => {
      const whole = survey(`${raw}${behind}`);
      const letters = /^[A-Za-z]*/.exec(whole.text)![0].length;
      const isPlain = letters > 0 && letters <= 32 && !isWordChar(whole.codes, letters);
      expect(plain(whole.codes, 0)).toBe(isPlain ? between(whole, 0, letters) : 0);
    }),
    { numRuns: 3000 },
  );
});

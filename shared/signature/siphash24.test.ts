import fc from 'fast-check';
import reference from 'siphash';
import { expect, test } from 'vitest';
import { siphash24 } from './siphash24.ts';

const word = fc.integer({ min: 0, max: 0xffffffff });

test('the vectors of the paper, appendix A', () => {
  const key = Uint32Array.from([0x03020100, 0x07060504, 0x0b0a0908, 0x0f0e0d0c]);
  const message = String.fromCharCode(...Array(15).keys());
  expect(siphash24(key, message)).toEqual({ h: 0xa129ca61, l: 0x49be45e5 });
});

test('agrees with the npm package', () => {
  fc.assert(
    fc.property(fc.tuple(word, word, word, word), fc.string({ unit: 'binary', maxLength: 60 }), (words, text) => {
      const key = Uint32Array.from(words);
      const { h, l } = reference.hash(key, text);
      expect(siphash24(key, text)).toEqual({ h: h >>> 0, l: l >>> 0 });
    }),
  );
});

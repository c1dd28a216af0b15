import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isStorableText } from '../../shared/protocol/schema.ts';
import { isStorableJson } from './check_json.ts';

const textsOf = (value: unknown): string[] => {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...textsOf(inner)]);
};

describe('isStorableJson', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('\0', '\ud800', '\udfff', '\ud83d\ude00', '\\u0000', '\\ud800', '\u001f', 'ü', 'plain'),
  );

  it('never takes JSON for storable that holds a text which is not', () => {
    fc.assert(
      fc.property(fc.oneof(text, fc.array(text), fc.dictionary(text, fc.array(text))), (value) => {
        const json = new TextDecoder('utf-8', { fatal: true }).decode(new TextEncoder().encode(JSON.stringify(value)));
        if (isStorableJson(json)) expect(textsOf(JSON.parse(json)).every(isStorableText)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['{"a":"plain ü 😀"}', true],
    [String.raw`{"a":"\u001f\u00fc"}`, true],
    [String.raw`{"a":"\u0000"}`, false],
    [String.raw`{"\uD83d":1}`, false],
    [String.raw`["\udc00"]`, false],
  ])('%s: %s', (json, storable) => {
    expect(isStorableJson(json)).toBe(storable);
  });
});

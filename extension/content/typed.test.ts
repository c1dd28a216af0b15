// @vitest-environment jsdom
import { describe, expect, test } from 'vitest';
import { createDoubt } from '../../shared/privacy/doubt.ts';
import { createTaint } from '../../shared/privacy/taint.ts';
import { createTyped } from './typed.ts';

const field = (): Element => document.createElement('input');

test('goes with every message until it was taken', () => {
  const typed = createTyped(createDoubt());
  const [one, other] = [field(), field()];
  typed.add(one, 'Kes');
  typed.add(one, 'Kestrel');
  const taken = typed.taking();
  typed.add(other, 'Plover');
  expect(typed.texts()).toEqual({ typed: ['Kestrel', 'Plover'] });
  taken();
  expect(typed.texts()).toEqual({ typed: ['Plover'] });
  typed.taking()();
  expect(typed.waiting()).toBe(false);
  expect(typed.texts()).toEqual({});
});

test('what was typed on meanwhile is not taken', () => {
  const typed = createTyped(createDoubt());
  const place = field();
  typed.add(place, 'Kestrel');
  const taken = typed.taking();
  typed.add(place, 'Kestrel-41');
  taken();
  expect(typed.texts()).toEqual({ typed: ['Kestrel-41'] });
});

test('what was deleted or replaced before it was taken is told too', () => {
  const typed = createTyped(createDoubt());
  const place = field();
  for (const text of ['Kestrel', 'Kest', '', 'Plo', 'Plover']) typed.add(place, text);
  expect(typed.texts().typed?.toSorted()).toEqual(['Kestrel', 'Plover']);
});

describe('boxes filled one after another', () => {
  const known = (...typing: readonly (readonly [Element | symbol, string])[]): readonly string[] => {
    const typed = createTyped(createDoubt());
    return typing.flatMap(([place, text]) => typed.add(place, text));
  };

  test('are remembered together, and doubted', () => {
    const doubt = createDoubt();
    const typed = createTyped(doubt);
    for (const digit of '730194') typed.add(field(), digit);
    expect(doubt.doubts('Code is 7 3 0 1')).toBe(true);
    const taint = createTaint();
    for (const text of typed.texts().typed!) taint.add(text);
    expect(taint.scrub('Code 730194 is wrong, ref730194x too')).toBe('Code [typed] is wrong, ref[typed]x too');
  });

  test('in the order of their filling, a corrected one in its place', () => {
    const [one, two, three] = [field(), field(), field()];
    expect(known([one, 'A'], [two, 'x'], [two, ''], [three, '47'], [two, 'B']).at(-1)).toBe('AB47');
  });

  test('end with a field that takes more', () => {
    const [one, name, two, three] = [field(), field(), field(), field()];
    const told = known([one, '12'], [name, 'Kes'], [name, 'Kest'], [name, 'Kestrel'], [two, '34'], [three, '56']);
    expect(told).toContain('3456');
    expect(told.some((text) => text.includes('1234') || text.includes('Kestrel3'))).toBe(false);
  });

  test('of tools apart from fields, which the same keys reach', () => {
    const typed = createTyped(createDoubt());
    const told = [...'4821'].flatMap((digit) => [...typed.add(Symbol(), digit), ...typed.add(field(), digit)]);
    expect(told.filter((text) => text === '4821')).toHaveLength(2);
    expect(told.some((text) => text.includes('44'))).toBe(false);
  });

  test('are bounded', () => {
    const told = known(...Array.from({ length: 5000 }, () => [field(), 'ab'] as const));
    expect(Math.max(...told.map(({ length }) => length))).toBeLessThanOrEqual(48);
  });
});

test('is doubted at once, and bounded', () => {
  const doubt = createDoubt();
  const typed = createTyped(doubt);
  typed.add(field(), 'Kestrel');
  expect(doubt.doubts('Call kestrel')).toBe(true);
  typed.add(field(), 'x'.repeat(20_000));
  for (let n = 0; n < 2000; n += 1) typed.add(Symbol(), 'x');
  expect(typed.tooMuch()).toBe(true);
  expect(typed.texts().typed?.every((text) => text.length <= 10_000)).toBe(true);
});

// @vitest-environment jsdom
import { expect, test } from 'vitest';
import { createDoubt } from '../../shared/privacy/doubt.ts';
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

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { COMMON_WORDS } from './common-words.ts';
import { createTaint, MAX_FORMS, TYPED } from './taint.ts';

const having = (...typed: readonly string[]) => {
  const taint = createTaint();
  for (const text of typed) taint.add(text);
  return taint;
};

describe('what was typed is removed', () => {
  test.each([
    ['Kestrel-41', 'Hello Kestrel-41!', 'Hello [typed]!'],
    ['Kestrel-41', 'hello KESTREL 41', 'hello [typed]'],
    ['Kestrel-41', 'https://a.example/find/kestrel%2D41?x', 'https://a.example/find/[typed]?x'],
    ['Käthe Zwölf', 'q=K%C3%A4the+Zw%C3%B6lf&x', 'q=[typed]&x'],
    ['Käthe Zwölf', String.raw`{"q":"K\u00e4the Zw\u00f6lf"}`, '{"q":"[typed]"}'],
    ['Kestrel-41', 'You typed Kestre', 'You typed [typed]'],
    ['Kestrel-41', 'xkestrel41y', 'x[typed]y'],
    ['4111 2222 3333', 'card 411122223333 and 4111-2222-3333', 'card [typed] and [typed]'],
    ['Marit Kestrel', 'Welcome, Marit', 'Welcome, [typed]'],
    ['P@$$w%rd!', 'wrong password: P@$$w%rd!', 'wrong password: [typed]'],
    ['ｋｅｓｔｒｅｌ', 'kestrel', '[typed]'],
    ['4821', 'code 4821.', 'code [typed].'],
    ['the quick kestrel flies over Oslo at dawn', 'a quick  kestrel flies low', 'a [typed] low'],
  ])('%j in %j', (typed, text, clean) => {
    expect(having(typed).scrub(text)).toBe(clean);
  });

  test('key by key: only the last state is kept, and finds all before', () => {
    const taint = createTaint();
    for (let end = 1; end <= 'Kestrel-41'.length; end += 1) taint.add('Kestrel-41'.slice(0, end));
    expect(taint.forms()).toEqual(['kest', 'kestrel41']);
    expect(taint.scrub('Kest, Kestr, Kestrel-41')).toBe('[typed], [typed], [typed]');
  });

  test('in a copy made of its forms, as after a stop of the worker', () => {
    expect(createTaint(having('Kestrel-41').forms()).scrub('kestrel 41')).toBe(TYPED);
  });
});

describe('what tells nothing stays', () => {
  test.each([
    ['abc', 'abc and abcdef'],
    ['settings', 'Settings'],
    ['search results', 'Search'],
    ['4821', 'order 48215 of 14821'],
    ['tern', 'pattern and terns'],
    ['kestrel', 'kest'],
  ])('%j in %j', (typed, text) => {
    expect(having(typed).scrub(text)).toBe(text);
  });
});

test('any text is found however it is spaced and cased, and never twice', () => {
  const typed = fc.stringMatching(/^[a-zA-Z0-9äöüéñ]{6,20}$/).filter((text) => !COMMON_WORDS.has(text.toLowerCase()));
  fc.assert(
    fc.property(typed, fc.constantFrom('', ' ', '-', ' - '), (text, separator) => {
      const taint = having(text);
      const shown = [...text.toUpperCase()].join(separator);
      const clean = taint.scrub(`before ${shown} after`);
      expect(clean).toBe('before [typed] after');
      expect(taint.scrub(clean)).toBe(clean);
    }),
  );
});

test('the memory is bounded, and the oldest goes first', () => {
  const taint = createTaint();
  for (let n = 0; n < MAX_FORMS + 10; n += 1) taint.add(`${n}kestrel`);
  expect(taint.forms()).toHaveLength(MAX_FORMS);
  expect(taint.scrub(`${MAX_FORMS}kestrel`)).toBe(TYPED);
  expect(taint.scrub('1kestrel')).toBe('1kestrel');
});

describe('parts of long texts go before what is short', () => {
  const long = (n: number): string => Array.from({ length: 1600 }, (_, at) => `w${n}x${at}`).join(' ');
  const texts = [0, 1, 2, 3, 4].map(long);

  test('a password outlives any number of pasted texts, also through a stop of the worker', () => {
    let taint = having('Dunlin!Harbinger19');
    for (const text of texts) {
      taint.add(text);
      taint = createTaint(taint.forms());
    }
    expect(taint.forms()).toHaveLength(MAX_FORMS);
    expect(taint.scrub('Dunlin!Harbinger19 is wrong')).toBe('[typed] is wrong');
    expect(taint.scrub(`so ${texts[4]!.slice(0, 300)} on`)).toContain(TYPED);
  });

  test('also one with which a pasted text begins', () => {
    const taint = having('Dunlin19', `Dunlin19 ${texts[0]}`, ...texts);
    expect(taint.scrub('xDunlin19x')).toBe('x[typed]x');
  });

  test('a part that is typed by itself is one no longer', () => {
    const taint = having('one kestrel flies over Oslo today', 'kestrel flies over', ...texts);
    expect(taint.scrub('kestrel flies over')).toBe(TYPED);
  });
});

test('a text made to cost much is refused, not passed on', () => {
  const taint = createTaint();
  for (let n = 0; n < 1000; n += 1) taint.add(`${'a'.repeat(200)}${n}b`);
  expect(() => taint.scrub('a'.repeat(60_000))).toThrow('too much');
});

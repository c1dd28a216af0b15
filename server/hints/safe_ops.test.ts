import { expect, test } from 'vitest';
import { hashWords, parseHashKey } from '../../shared/signature/hash.ts';
import { NOTHING_FOLLOWED, someUses } from '../testing/uses.ts';
import { safeOps } from './safe_ops.ts';

const POLICY = { minSuccesses: 3, minDays: 2 };
const named = (role: string, name: string) => ({
  tag: 'button',
  role,
  name_words: hashWords(parseHashKey(someUses().textKey), name),
});
const classOf = (changes: Parameters<typeof someUses>[0], identity = named('button', 'Show more')) => {
  const data = safeOps(someUses(changes), identity, POLICY);
  return data && [data.class, data.because, data.replay];
};

test('a control of known role and words after which nothing changed may be used again', () => {
  expect(classOf({})).toEqual(['read_only', 'nothing_changed', true]);
  expect(classOf({}, named('link', 'Prices'))).toEqual(['read_only', 'nothing_changed', true]);
  expect(classOf({}, named('checkbox', 'Only in stock'))).toEqual(['reversible', 'nothing_changed', false]);
});

test('what changes something is seen at once', () => {
  expect(classOf({ follows: { changes: 1 }, worst: 'state_changing' })).toEqual([
    'state_changing',
    'change_seen',
    false,
  ]);
  expect(classOf({ follows: { deletes: 1 }, worst: 'destructive' })).toEqual(['destructive', 'delete_seen', false]);
  expect(classOf({ follows: { confirmed: 1 }, worst: 'destructive' })).toEqual([
    'destructive',
    'change_confirmed',
    false,
  ]);
});

test('what is not known is taken for a change', () => {
  expect(classOf({ follows: { unseen_requests: 1 }, worst: 'state_changing' })?.[0]).toBe('state_changing');
  expect(classOf({ votes: 2 })).toEqual(['state_changing', 'little_evidence', false]);
  expect(classOf({ days: 1 })).toEqual(['state_changing', 'little_evidence', false]);
  expect(classOf({}, named('', 'Show more'))).toEqual(['state_changing', 'unknown_control', false]);
  expect(classOf({}, named('button', ''))).toEqual(['state_changing', 'unknown_control', false]);
  expect(classOf({}, named('button', 'Delete account'))).toEqual(['state_changing', 'words', false]);
  expect(classOf({}, named('link', 'Jetzt KAUFEN'))).toEqual(['state_changing', 'words', false]);
});

test.each([
  'Usuń konto',
  'Excluir conta',
  'Verwijder account',
  'Ta bort konto',
  'Удалить аккаунт',
  'Hesabı sil',
  '削除する',
  '立即购买',
  '구매하기',
  'حذف الحساب',
])('%s changes something, whatever was seen', (name) => {
  expect(classOf({}, named('button', name))).toEqual(['state_changing', 'words', false]);
});

test('nothing is told of a control that nobody was seen to use', () => {
  expect(classOf({ follows: { ...NOTHING_FOLLOWED, uses: 0 } })).toBeUndefined();
});

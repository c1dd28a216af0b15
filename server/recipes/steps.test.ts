import { expect, test } from 'vitest';
import { type RunCall, type Step, stretchesOf } from './steps.ts';

let seq = 0;
const call = (name: string | undefined, changes: Partial<RunCall> = {}): RunCall => {
  seq += 1;
  const started_at = changes.started_at ?? seq * 2000;
  return {
    seq,
    tool_name: 'dom.click',
    success: true,
    started_at,
    ended_at: started_at + 100,
    tab: 'a 1',
    page_key: 'https://shop.example/',
    page_sig_id: '1',
    elem_sig_id: name === undefined ? null : '1',
    form: name === undefined ? null : { selector_norm: name, attr_fingerprint_hash: 'f' },
    args: null,
    navigation: null,
    screens: null,
    ...changes,
  };
};
const told = ({ form, repeat, scroll, screens, ok }: Step): string =>
  `${form?.selector_norm ?? ''}${repeat ? '+' : ''}${scroll ? `~${screens}` : ''}${ok ? '' : '!'}`;
const told1 = (...calls: RunCall[]): string[] => stretchesOf(calls).map((stretch) => stretch.map(told).join(' '));

test('a stretch ends with a pause, a failure, what is not known, and a page that was opened by itself', () => {
  expect(told1(call('a'), call('b'))).toEqual(['a b']);
  expect(told1(call('a'), call('b', { started_at: (seq + 60) * 2000 }))).toEqual(['a', 'b']);
  expect(told1(call('a'), call('b', { success: false }), call('c'))).toEqual(['a b!', 'c']);
  expect(told1(call('a'), call('b', { success: null }), call('c'))).toEqual(['a', 'c']);
  for (const tool_name of ['browser_navigate', 'page.goto', 'new_page'])
    expect(told1(call('a'), call(undefined, { tool_name }), call('b'))).toEqual(['a', 'b']);
  for (const navigation of ['reload', 'traverse'])
    expect(told1(call('a'), call(undefined, { tool_name: 'browser.navigate', navigation }), call('b'))).toEqual([
      'a',
      'b',
    ]);
});

test('what touches no control, and what follows from a click, is no step', () => {
  const load = call(undefined, { tool_name: 'browser.navigate', navigation: 'load' });
  const snapshot = call(undefined, { tool_name: 'browser_snapshot' });
  expect(told1(call('a', { seq: 0 }), load, snapshot, call('b'))).toEqual(['a b']);
  const click = call('send');
  const submit = call('form', { tool_name: 'dom.submit', started_at: click.started_at + 30 });
  expect(told1(click, submit)).toEqual(['send']);
  // By the return key.
  expect(told1(call('q', { tool_name: 'dom.type' }), call('form', { tool_name: 'dom.submit' }))).toEqual(['q form']);
});

test('acts on one control are one: focus and typing, scrolls, and what is done again', () => {
  const typed = { tool_name: 'dom.type' };
  expect(told1(call('q'), call('q', typed), call('q', typed), call('go'))).toEqual(['q go']);
  expect(told1(call('next'), call('next'), call('next'), call('item'))).toEqual(['next+ item']);
  const scroll = (screens: number) => call(undefined, { tool_name: 'dom.scroll', screens });
  expect(told1(scroll(1.5), scroll(2), call('more'))).toEqual(['~3.5 more']);
});

test('tabs are told apart, however their calls are mixed', () => {
  const other = { tab: 'a 2' };
  expect(told1(call('a'), call('x', other), call('b'), call('y', other))).toEqual(['a b', 'x y']);
});

test('of arguments the names are kept, and true and false', () => {
  const args = { text: null, submit: true, ref: null, element: null, slowly: false };
  const [[step] = []] = stretchesOf([call('q', { tool_name: 'browser_type', args })]);
  expect(step).toMatchObject({ params: ['text'], flags: { submit: true, slowly: false } });
  const [[typed] = []] = stretchesOf([call('q', { tool_name: 'dom.type', args: { trusted: true } })]);
  expect(typed).toMatchObject({ params: ['value'], flags: {} });
});

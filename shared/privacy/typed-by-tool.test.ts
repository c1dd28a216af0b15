import { describe, expect, test } from 'vitest';
import { typedByTool } from './typed-by-tool.ts';

describe('typed is what stands under arguments for text', () => {
  test.each<[input: unknown, typed: readonly string[]]>([
    [
      {
        selector: '#name',
        url: 'https://a.example/kestrel',
        text: 'Kestrel',
        fields: [{ name: 'Card', ref: 'e12', value: 4111 }],
        values: ['one', 'two'],
      },
      ['Kestrel', '4111', 'one', 'two'],
    ],
    [{ fields: { street: 'Turnstone 7', '#city': 'Oslo' } }, ['Turnstone 7', 'Oslo']],
    [{ values: { a: 'Kestrel', b: { c: [12, 'Plover'] } } }, ['Kestrel', '12', 'Plover']],
    [{ form: [{ label: 'City', text: 'Oslo' }] }, ['Oslo']],
    [{ input: { selector: '#a', text: 'Kestrel', timeout: 5000 } }, ['Kestrel']],
    [{ name: 'Ana Bell', email: 'ana' }, ['Ana Bell', 'ana']],
    [{ keys: ['Control', 'K', 'Enter'] }, ['K']],
    [{ key: 'k' }, ['k']],
    ...['q', 'search', 'query', 'answer', 'code', 'pin', 'otp', 'name', 'content', 'body', 'searchText'].map(
      (key): [unknown, readonly string[]] => [{ [key]: 'Kestrel-41' }, ['Kestrel-41']],
    ),
  ])('%j', (input, typed) => {
    expect(typedByTool(input)).toEqual(typed);
  });
});

describe('not typed is what says where, how and why', () => {
  test.each<[input: unknown]>([
    ['Kestrel'],
    [['Kestrel', 12]],
    [{ ref: 'e12', element: 'Card number', button: 'right', modifiers: ['Shift'] }],
    [{ role: 'button', name: 'Add to cart' }],
    [{ selector: '#a', name: 'Card', label: 'Card' }],
    [{ url: 'https://a.example/kestrel', type: 'load', tabId: 12, timeoutMs: 5000 }],
    [{ code: 'async (page) => { await page.click("#a"); }' }],
    [{ key: 'Enter' }],
    [{ keys: 'Control+A' }],
    [{ body: { url: 'https://a.example', selector: '#a', force: true, tab_id: 'tab-7', ref: 'e12' } }],
    [{ fields: [{ ref: 'e12', name: 'Newsletter', type: 'checkbox', value: true }] }],
  ])('%j', (input) => {
    expect(typedByTool(input)).toEqual([]);
  });
});

describe('a tool that types, by its name', () => {
  test.each<[tool: string, input: unknown, typed: readonly string[]]>([
    ['dom.type', 'Kestrel', ['Kestrel']],
    ['browser_press_keys', ['K', 'e'], ['K', 'e']],
    ['fillIn', ['#name', 'Kestrel'], ['Kestrel']],
    ['fill_address', { street: 'Turnstone 7', city: 'Oslo', tab_id: 'tab-7' }, ['Turnstone 7', 'Oslo']],
    ['browser_type', { ref: 'e12', element: 'Card number', text: '4111', submit: true }, ['4111']],
    ['type', { selector: '#a', delay: 20, label: 'Card' }, []],
    ['prototype.click', 'Kestrel', []],
    ['browser_click', '#submit', []],
  ])('%s %j', (tool, input, typed) => {
    expect(typedByTool(input, tool)).toEqual(typed);
  });
});

test('is bounded in depth and number', () => {
  const deep = Array.from({ length: 50 }).reduce<unknown>((inner) => ({ fields: inner }), 'Kestrel');
  expect(typedByTool(deep)).toEqual([]);
  expect(typedByTool({ values: Array.from({ length: 5000 }, String) })).toHaveLength(1000);
});

test('a message is typed where the tool sends one', () => {
  expect(typedByTool({ message: 'Kestrel-41' }, 'chat_send')).toEqual(['Kestrel-41']);
  expect(typedByTool({ message: 'Kestrel-41' }, 'echo')).toEqual([]);
});

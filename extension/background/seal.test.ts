// @vitest-environment jsdom
import { describe, expect, test } from 'vitest';
import { createDoubt } from '../../shared/privacy/doubt.ts';
import { masked } from '../../shared/privacy/masked.ts';
import { scrub } from '../../shared/privacy/scrub.ts';
import { createTaint } from '../../shared/privacy/taint.ts';
import { hashText, parseHashKey } from '../../shared/signature/hash.ts';
import { observeElement, observePage, signElement, signPage } from '../../shared/signature/index.ts';
import { sealItem } from './seal.ts';

const key = parseHashKey('00112233445566778899aabbccddeeff');
const URL_NOW = 'https://shop.example/people/ana@example.com?session=plover#top';

function capture(body: string, typed: readonly string[] = []) {
  document.documentElement.innerHTML = `<head><title>Inbox of plover@example.org</title></head><body>${body}</body>`;
  const doubt = createDoubt();
  const taint = createTaint();
  for (const text of typed) {
    doubt.add(text);
    taint.add(text);
  }
  const reading = { masked, keeps: () => true, doubtful: doubt.doubts };
  const target = document.querySelector('[x]') as Element;
  target.removeAttribute('x');
  const captured = { url: URL_NOW, page: observePage(document, reading), element: observeElement(target, reading) };
  // As it arrives: through a message.
  return { captured: structuredClone(captured), target, taint };
}

const PAGES = {
  'a plain page': '<main id="start"><button x>Save</button></main>',
  'a name with an address': '<button x id="go" aria-label="Write to plover@example.org">Write</button>',
  'an id with an address': '<ul><li id="plover@example.org" x>One</li><li>Two</li></ul>',
  'a list of addresses': `<ul>${['a', 'b', 'c', 'd', 'e'].map((name) => `<li id="${name}@example.org">x</li>`).join('')}</ul><a x href="/b">b</a>`,
  'a second test id': '<button x data-testid="plover@example.org" data-qa="save">Save</button><button>Save</button>',
  'a key as a class': '<p class="sk-abcdefghijklmnop" x>One</p><p class="intro">Two</p>',
  'an anchor that is an address': '<div id="plover@example.org"><p x>One</p></div><div id="main"><p>Two</p></div>',
  'a link with a token':
    '<a x href="/reset/eyJhbGciOiJIUzI1NiJ9.eyJwbG92ZXIiOjF9.cGxvdmVy">Reset</a><a href="/r">Reset</a>',
  'a placeholder': '<input x placeholder="plover@example.org"><input>',
};

describe('what is read and sealed later is what is signed in one go', () => {
  test.each(Object.entries(PAGES))('%s', (_what, body) => {
    const { captured, target, taint } = capture(body);
    const { item, withheld } = sealItem(captured, { key, taint });
    const ctx = { key, scrub, masked };
    const page = signPage(document, URL_NOW, ctx);
    expect(withheld).toBe(false);
    expect(item.page_signature).toEqual({ ...page, url_norm: 'https://shop.example/people/:id' });
    expect(item.element_signatures).toEqual([signElement(target, ctx)]);
    expect(JSON.stringify(item)).not.toMatch(/plover|sk-abc/);
    expect(item).not.toHaveProperty('page');
    expect(item).not.toHaveProperty('element');
  });
});

test('what was typed is taken out before anything is hashed, and names no selector', () => {
  const body = '<h1>Results</h1><div class="hits"><button x>Ask Kestrel Harrier</button><i></i></div>';
  const { captured, taint } = capture(body, ['Kestrel Harrier']);
  const { item } = sealItem(captured, { key, taint });
  const [signature] = item.element_signatures ?? [];
  expect(signature?.text_hash).toBe(hashText(key, 'Ask [typed]'));
  expect(signature?.identity?.name_hash).toBe(hashText(key, 'Ask [typed]'));
  // Another that is unique was found when it was read.
  expect(signature?.selector_norm).toBe('button');
  expect(signature?.candidates?.map(({ kind }) => kind)).toEqual(['css']);
  expect(JSON.stringify(item)).not.toMatch(/kestrel|harrier/i);
});

test('typed in another tab: what the page did not doubt is dropped', () => {
  const { captured } = capture('<button x>Ask Kestrel Harrier</button>');
  const taint = createTaint();
  taint.add('Kestrel Harrier');
  const { item } = sealItem(captured, { key, taint });
  expect(item.element_signatures?.[0]).toMatchObject({ selector_norm: 'button', candidates: [] });
  expect(JSON.stringify(item)).not.toMatch(/kestrel|harrier/i);
});

test('errors, data and what tools were given are scrubbed', () => {
  const taint = createTaint();
  taint.add('Kestrel');
  const { item } = sealItem(
    {
      url: 'https://shop.example/find/Kestrel?q=Kestrel',
      error_msg: 'nothing for Kestrel of ana@example.com',
      data: { message: 'no kestrel' },
      input_json: { text: 'Kestrel' },
      output_json: ['ana@example.com'],
    },
    { key, taint },
  );
  expect(item).toEqual({
    url: 'https://shop.example/find/[typed]?q=',
    error_msg: 'nothing for [typed] of [email]',
    data: { message: 'no [typed]' },
    input_json: { text: '[typed]' },
    output_json: ['[email]'],
  });
});

describe('goes without its content', () => {
  const { captured, taint } = capture('<button x>Save</button>');
  const call = { ...captured, tool_name: 'dom.click', error_msg: 'broken', input_json: { a: 'b' } };
  const stripped = { item: { tool_name: 'dom.click', url: '', error_msg: '[scrubbed]' }, withheld: true };

  test('where scrubbing throws', () => {
    const scrub = (): string => {
      throw new Error('broken');
    };
    expect(sealItem(call, { key, taint: { scrub } })).toEqual(stripped);
  });

  test('where it costs more than it may', () => {
    expect(sealItem(call, { key, taint, budget: 50 })).toEqual(stripped);
  });
});

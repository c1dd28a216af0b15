import { describe, expect, test } from 'vitest';
import { fullScrub } from './full-scrub.ts';
import { scrubItem } from './scrub-item.ts';
import { scrubJson } from './scrub-json.ts';

const IDENTITY = { tag: 'button', role: 'button', id: 'maria', name_hash: '0123456789abcdef', classes: ['primary'] };
const CALL = {
  tool_name: 'dom.click',
  url: 'https://shop.example/people/Maria%20Lopez?q=',
  error_msg: 'No account for Maria Lopez',
  input_json: { button: 0, at: 1732291975123, note: 'born on 12 March 1980', 'Maria Lopez': true },
  output_json: ['5 Oak Street', { iban: 'DE89 3704 0044 0532 0130 00' }],
  page_signature: { url_norm: 'https://shop.example/people/Maria%20Lopez', domain: 'shop.example' },
  element_signatures: [
    {
      selector_norm: 'role=button[name="Write to Maria Lopez"]',
      attr_fingerprint_hash: '0123456789abcdef',
      identity: IDENTITY,
      candidates: [
        { kind: 'role_name', selector: 'role=button[name="Write to Maria Lopez"]', matches: 1 },
        { kind: 'css', selector: '#people > button', matches: 1 },
      ],
    },
  ],
} as const;
type Call = Parameters<typeof scrubItem>[0] & { readonly tool_name: string };
const call = CALL as unknown as Call;

describe('an item', () => {
  test('is scrubbed in every field; selectors are dropped rather than broken, hashes stay', () => {
    expect(scrubItem(call, fullScrub)).toEqual({
      withheld: false,
      item: {
        tool_name: 'dom.click',
        url: 'https://shop.example/people/[person]?q=',
        error_msg: 'No account for [person]',
        input_json: { button: 0, at: 1732291975123, note: 'born on [birth_date]', '[person]': true },
        output_json: ['[address]', { iban: '[iban]' }],
        page_signature: { url_norm: 'https://shop.example/people/:id', domain: 'shop.example' },
        element_signatures: [
          {
            selector_norm: '#people > button',
            attr_fingerprint_hash: '0123456789abcdef',
            identity: IDENTITY,
            candidates: [{ kind: 'css', selector: '#people > button', matches: 1 }],
          },
        ],
      },
    });
  });

  test('goes without its content where scrubbing throws or costs more than it may', () => {
    const stripped = { item: { tool_name: 'dom.click', url: '', error_msg: '[scrubbed]' }, withheld: true };
    const failing = (): string => {
      throw new Error('broken');
    };
    expect(scrubItem(call, failing)).toEqual(stripped);
    expect(scrubItem(call, fullScrub, 100)).toEqual(stripped);
    const loop: unknown[] = [];
    loop.push(loop);
    expect(scrubItem({ ...call, output_json: loop }, fullScrub)).toEqual(stripped);
  });

  test('scrubbed twice is scrubbed once', () => {
    const { item } = scrubItem(call, fullScrub);
    expect(scrubItem(item, fullScrub).item).toEqual(item);
  });
});

test('numbers of cards are scrubbed, times are not', () => {
  expect(scrubJson({ card: 4111111111111111, at: 1732291975123 }, fullScrub)).toEqual({
    card: '[card]',
    at: 1732291975123,
  });
});

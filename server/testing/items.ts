import { v7 as uuidv7 } from 'uuid';

export type Fields = Readonly<Record<string, unknown>>;

/** A tool call that is accepted, with changes. */
export function aCall(changes: Fields = {}): Record<string, unknown> {
  const { context, ...rest } = changes;
  return {
    kind: 'tool_call',
    tool_name: 'click',
    seq: 1,
    event_uuid: uuidv7(),
    started_at: '2026-06-15T11:00:00.000Z',
    ...rest,
    context: { run_id: uuidv7(), ...(context as Fields | undefined) },
  };
}

/** A signature of the page `https://shop.example/{path}`, in a state of its own. */
export const aPage = (path: string, changes: Fields = {}): Record<string, unknown> => ({
  url_norm: `https://shop.example/${path}`,
  domain: 'shop.example',
  dom_fingerprint_hash: '00000000000000aa',
  dom_simhash: '00000000000000ff',
  ...changes,
});

export const anElement = (changes: Fields = {}): Record<string, unknown> => ({
  selector_norm: '#buy',
  role: 'button',
  attr_fingerprint_hash: '00000000000000bb',
  identity: { tag: 'button', role: 'button' },
  candidates: [
    { kind: 'css', selector: 'main > button', matches: 1 },
    { kind: 'test_id', selector: '[data-testid="buy"]', matches: 1 },
  ],
  ...changes,
});

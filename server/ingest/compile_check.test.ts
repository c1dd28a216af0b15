import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { ITEM_SCHEMAS, isStorableText, LookupRequest } from '../../shared/protocol/schema.ts';
import { aCall, anElement, aPage } from '../testing/items.ts';
import { isStorableJson } from './check_json.ts';
import { compileCheck } from './compile_check.ts';

const SCHEMAS = { ...ITEM_SCHEMAS, lookup: LookupRequest };

const whole = {
  lookup: {
    url: 'https://shop.example/item/1',
    title: 'Item',
    title_hash: '00000000000000aa',
    dom_top_signature: '00000000000000ab',
    dom_simhash: '00000000000000ac',
    candidate_elements: [{ selector_norm: '#buy', role: 'button', text_hash: '00000000000000ad' }],
    trace: true,
  },
  tool_call: aCall({
    kind: 'tool_call',
    success: null,
    error_msg: 'timed out',
    input_json: { a: [1, { b: null }] },
    page_signature: aPage('shop'),
    element_signatures: [anElement({ identity: { tag: 'button', box: [1, 2, 3, 4], name_words: ['0011aabb'] } })],
  }),
  event: {
    kind: 'event',
    context: { session_id: 's', tab_id: 7 },
    name: 'navigation',
    event_uuid: '01890000-0000-7000-8000-000000000001',
    occurred_at: '2026-01-01T00:00:00Z',
  },
  run: {
    kind: 'run',
    run_id: '01890000-0000-7000-8000-000000000001',
    status: 'running',
    started_at: '2026-01-01T00:00:00.123+02:00',
  },
  session: { kind: 'session', session_id: 's', user_hash: 'ab'.repeat(16), started_at: '2026-01-01T00:00:00Z' },
  instance: { kind: 'instance', instance_id: 'i', extension: 'firefox' },
  tab: { kind: 'tab', tab_id: '3', instance_id: 'i', viewport_w: 1280, dpr: 1.5 },
} as const satisfies Record<keyof typeof SCHEMAS, unknown>;

/** Values that some field takes and others refuse. */
const odd = fc.oneof(
  fc.constantFrom<unknown[]>(
    undefined,
    null,
    '',
    'x'.repeat(3000),
    'a\0b',
    '\ud800',
    -1,
    0,
    1.5,
    2 ** 53,
    Number.POSITIVE_INFINITY,
    true,
    [],
    {},
    [[]],
    '2026-01-01T00:00:00Z',
    '2026-02-30T00:00:00Z',
    '01890000-0000-7000-8000-000000000001',
    'ab'.repeat(16),
    'running',
  ),
  fc.jsonValue(),
);

type Path = readonly (string | number)[];

function pathsOf(value: unknown, at: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [at];
  return [at, ...Object.entries(value).flatMap(([name, each]) => pathsOf(each, [...at, name]))];
}

/** A copy of `value` with something else at a path. */
function replaced(value: unknown, path: Path, by: unknown): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return by;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string | number, unknown>;
  const next = replaced(copy[name], rest, by);
  if (next === undefined && !Array.isArray(value)) delete copy[name];
  else copy[name] = next;
  return copy;
}

describe('compileCheck', () => {
  for (const kind of Object.keys(SCHEMAS) as (keyof typeof SCHEMAS)[]) {
    const schema = SCHEMAS[kind];
    const check = compileCheck(schema);
    const ofStorable = compileCheck(schema, isStorableText);

    it(`takes a ${kind} that the schema takes`, () => {
      expect(schema.safeParse(whole[kind]).error).toBeUndefined();
      expect(check(whole[kind])).toBe(true);
    });

    it(`agrees with the schema on any change of a ${kind}`, () => {
      const paths = pathsOf(whole[kind]);
      const added = fc.constantFrom('extra', '__proto__', 'constructor', 'tab_id', 'artifacts', 'candidates');
      const path = fc.oneof(
        fc.constantFrom(...paths),
        fc.tuple(fc.constantFrom(...paths), added).map(([before, name]): Path => [...before, name]),
      );
      fc.assert(
        fc.property(path, odd, (where, by) => {
          const parent = where.slice(0, -1).reduce<unknown>((found, name) => (found as never)?.[name], whole[kind]);
          fc.pre(where.length === 0 || (typeof parent === 'object' && parent !== null));
          // As it came over the wire: own keys only, no prototypes of ours.
          const text = JSON.stringify(replaced(whole[kind], where, by));
          fc.pre(text !== undefined);
          const value = JSON.parse(text) as unknown;
          const fits = schema.safeParse(value).success;
          expect(check(value)).toBe(fits);
          if (isStorableJson(text)) expect(ofStorable(value)).toBe(fits);
        }),
        { numRuns: 2000 },
      );
    });
  }

  it('takes numbers beyond a double for no number', () => {
    const check = compileCheck(ITEM_SCHEMAS.tab);
    expect(check(JSON.parse('{"kind":"tab","tab_id":"1","instance_id":"i","dpr":1e400}'))).toBe(false);
  });

  it('refuses to compile what it does not know', () => {
    for (const schema of [z.date(), z.object({}), z.literal(['a', 'b']), z.string().toUpperCase(), z.number().step(2)])
      expect(() => compileCheck(schema)).toThrow(TypeError);
  });
});

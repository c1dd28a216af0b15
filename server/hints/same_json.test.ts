import { expect, test } from 'vitest';
import { sameJson } from './same_json.ts';

test('is the same whatever the order of keys, and in no other way', () => {
  const of = (text: string): unknown => JSON.parse(text);
  const values = ['null', 'false', '0', '""', '"0"', '[]', '{}', '[[]]', '[{}]', '{"0":1}', '[1]', '[1,2]', '[2,1]'];
  values.push('{"a":1}', '{"a":null}', '{"b":1}', '{"a":1,"b":[2,{"c":3}]}', '{"a":1,"b":[2,{"c":4}]}');
  for (const a of values) for (const b of values) expect([a, b, sameJson(of(a), of(b))]).toEqual([a, b, a === b]);
  expect(sameJson(of('{"a":1,"b":[2,{"c":3,"d":4}]}'), of('{"b":[2,{"d":4,"c":3}],"a":1}'))).toBe(true);
  expect(sameJson(of('{"toString":1}'), of('{"a":1}'))).toBe(false);
});

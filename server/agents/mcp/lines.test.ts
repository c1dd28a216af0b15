import { expect, test } from 'vitest';
import { createLines } from './lines.ts';

const split = (bytes: Buffer, piece: number, maxBytes?: number): [string, boolean][] => {
  const lines: [string, boolean][] = [];
  const reader = createLines((line, whole) => lines.push([line.toString(), whole]), maxBytes);
  for (let at = 0; at < bytes.length; at += piece) reader.push(bytes.subarray(at, at + piece));
  reader.end();
  return lines;
};

test('lines are the same whatever pieces they come in, characters of many bytes too', () => {
  const bytes = Buffer.from('{"a":"žluťoučký 🐴"}\r\n\n{broken\nlast');
  const expected = [
    ['{"a":"žluťoučký 🐴"}\r\n', true],
    ['\n', true],
    ['{broken\n', true],
    ['last', true],
  ];
  for (const piece of [1, 2, 3, 7, 1000]) expect(split(bytes, piece)).toEqual(expected);
});

test('a line that is too long goes on in parts, and the next is a line again', () => {
  const lines = split(Buffer.from(`${'x'.repeat(25)}\nshort\n`), 10, 15);
  expect(lines.map(([line]) => line).join('')).toBe(`${'x'.repeat(25)}\nshort\n`);
  expect(lines.at(-1)).toEqual(['short\n', true]);
  expect(lines[0]?.[1]).toBe(false);
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { applicationOf } from '../../pairs/pairs_file.ts';
import { readLiveCases } from './live_case.ts';
import { NUMBERS } from './live_numbers.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'laskobot-live-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function written(...lines: readonly unknown[]): Promise<string> {
  const path = join(folder, 'live.jsonl');
  await writeFile(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return path;
}

const line = {
  application: 'app',
  page: 'app 1 to 2',
  pair: 3,
  gone: false,
  removed: false,
  features: [NUMBERS.map((_, at) => at), NUMBERS.map(() => 0)],
  right: [true, false],
  related: [[0, 1]],
};

test('a file of live cases is read by the names in its first line', async () => {
  const [one] = await readLiveCases(await written(NUMBERS, line));
  expect(one).toMatchObject({ site: 'app', inPlace: true, gone: false, right: [true, false] });
  expect(one!.features[0]!.name).toBe(0);
  expect(one!.features[0]!.same_name).toBe(1);
  expect(one!.related(1, 0)).toBe(true);
  expect(one!.related(0, 0)).toBe(false);
});

test('one of another version is refused', async () => {
  await expect(readLiveCases(await written(['name'], line))).rejects.toThrow('--collect');
});

test.each([
  ['npm:app-old/dist/a.html', 'app'],
  ['npm:@scope/app/dist/a.html', '@scope/app'],
  ['app:app', 'app'],
  ['a.html', 'pairs/a.json'],
])('pages of %s are of the application %s', (page, application) => {
  expect(applicationOf({ new: page, path: 'pairs/a.json' })).toBe(application);
});

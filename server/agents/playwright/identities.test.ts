import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ElementSignature } from '../../../shared/protocol/schema.ts';
import { openIdentities } from './identities.ts';
import { selectorsOf } from './locator_selectors.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'laskobot-identities-'));
});
afterAll(() => rm(dir, { recursive: true }));

const signature = (selector_norm: string): ElementSignature => ({
  selector_norm,
  role: 'button',
  attr_fingerprint_hash: 'a'.repeat(32),
});

test('workers that end at once lose nothing of each other, and all hash under one key', async () => {
  const path = join(dir, 'identities.json');
  const workers = await Promise.all(Array.from({ length: 8 }, () => openIdentities(path)));
  expect(new Set(workers.map(({ textKey }) => textKey)).size).toBe(1);
  await Promise.all(
    workers.map((worker, n) =>
      worker.keep([
        { page: '/form', locator: `locator('#${n}')`, signature: signature(`#${n}`) },
        { page: '/other', locator: 'shared', signature: signature('#last') },
      ]),
    ),
  );
  const next = await openIdentities(path);
  expect(workers.map((_, n) => next.get('/form', `locator('#${n}')`)?.selector_norm)).toEqual(
    workers.map((_, n) => `#${n}`),
  );
  expect(next.get('/other', 'shared')?.selector_norm).toBe('#last');
  expect(next.get('/form', 'constructor')).toBeUndefined();
});

test('a file deleted under a worker is not filled with hashes of another key; one that is none of ours is left alone', async () => {
  const path = join(dir, 'deleted.json');
  const before = await openIdentities(path);
  await rm(path);
  const after = await openIdentities(path);
  await before.keep([{ page: '/', locator: 'a', signature: signature('#a') }]);
  expect(after.textKey).not.toBe(before.textKey);
  expect((await openIdentities(path)).get('/', 'a')).toBeUndefined();
  await writeFile(path, '{"mine": true}');
  await expect(openIdentities(path)).rejects.toThrow('is no file of identities');
  expect(await readFile(path, 'utf8')).toBe('{"mine": true}');
});

test.each([
  ["getByRole('button', { name: 'Save \"all\"' })", ['role=button[name="Save \\"all\\""]']],
  ["getByTestId('save')", ['[data-testid="save"]', '[data-qa="save"]']],
  ["locator('#save')", ['#save']],
  ["getByText('Save')", ['text="Save"']],
  ["getByPlaceholder('City')", ['[placeholder="City"]']],
  // Of several parts, by a pattern, or by a role alone: no recorded selector says the same.
  ["getByRole('button', { name: /save/i })", []],
  ["getByRole('button')", []],
  ["locator('#form').getByText('Save')", []],
  ["getByText('Save').first()", []],
])('the hint of a locator is looked for under what it says: %s', (locator, selectors) => {
  expect(selectorsOf(locator, ['data-testid', 'data-qa'])).toEqual(selectors);
});

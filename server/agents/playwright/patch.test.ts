import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exportPatch } from './export_patch.ts';
import { type Replaced, type Replacement, replaceLocator } from './replace_locator.ts';
import { unifiedDiff } from './unified_diff.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'laskobot-patch-'));
});
afterAll(() => rm(dir, { recursive: true }));

const SAVE: Replacement = { line: 1, from: "getByRole('button', { name: 'Save' })", to: "getByTestId('it\\'s')" };
const replaced: readonly [source: string, result: Replaced, at?: Partial<Replacement>][] = [
  [
    "await page.getByRole('button', {name: 'Save',}).click();",
    { ok: true, source: "await page.getByTestId('it\\'s').click();" },
  ],
  ['page.getByRole("button", { name: "Save" })', { ok: true, source: 'page.getByTestId("it\'s")' }],
  [
    "page\n  .getByRole('button', { // the big one\n    name: `Save`,\n  })\n  .click();",
    { ok: true, source: "page\n  .getByTestId('it\\'s')\n  .click();" },
    { line: 2 },
  ],
  [
    "first.getByRole('button', { name: 'Save' });\nsecond.getByRole('button', { name: 'Save' });",
    { ok: true, source: "first.getByRole('button', { name: 'Save' });\nsecond.getByTestId('it\\'s');" },
    { line: 2 },
  ],
  ["const quote = /['\"]/; // getByRole('button', { name: 'Save' })\n", { ok: false, reason: 'not_in_source' }],
  ["say(`getByRole('button', { name: 'Save' })`);", { ok: false, reason: 'not_in_source' }],
  ["page.getByRole('button', { name });", { ok: false, reason: 'not_in_source' }],
  [
    "a.getByRole('button', { name: 'Save' }).or(b.getByRole('button', { name: 'Save' }));",
    { ok: false, reason: 'several_in_source' },
  ],
  [
    "page.click('#save', { timeout: 5 });",
    { ok: true, source: "page.click('#keep', { timeout: 5 });" },
    { from: '"#save"', to: '"#keep"' },
  ],
];

test.each(replaced)('a locator is replaced where it stands alone: %s', (source, result, at) => {
  expect(replaceLocator(source, { ...SAVE, ...at })).toEqual(result);
});

test('a diff is taken by git apply and makes the new text of the old', async () => {
  const line = fc.constantFrom('a', 'b', '', 'a b', '\ta', '-- a', '++ b', 'ü', '@@ -1 +1 @@', 'b\r');
  const changed = fc.record({ old: fc.array(line, { minLength: 1, maxLength: 30 }), last: fc.constantFrom('', '\n') });
  const edits = fc.array(fc.record({ at: fc.nat(29), lines: fc.array(line, { minLength: 1, maxLength: 3 }) }), {
    maxLength: 4,
  });
  const path = join(dir, 'source.js');
  await fc.assert(
    fc.asyncProperty(changed, edits, async ({ old, last }, replacements) => {
      const before = `${old.join('\n')}x${last}`;
      const made = [...old];
      for (const { at, lines } of replacements) if (at < made.length) made.splice(at, 1, ...lines);
      const after = `${made.join('\n')}x${last}`;
      const diff = unifiedDiff('source.js', before, after);
      expect(diff === '').toBe(before === after);
      if (diff === '') return;
      await writeFile(path, before);
      execFileSync('git', ['apply', '--whitespace=nowarn', '-'], { cwd: dir, input: diff });
      expect(await readFile(path, 'utf8')).toBe(after);
    }),
    { numRuns: 60, endOnFailure: true, seed: Number(process.env.SEED ?? 20261123) },
  );
});

test('workers of one test run add to one patch, whoever comes first; the next run begins anew', async () => {
  const file = join(dir, 'suite.spec.js');
  const patch = join(dir, 'healed.patch');
  const lines = Array.from({ length: 12 }, (_, n) => `await page.locator('#old-${n}').click();`);
  await writeFile(file, `${lines.join('\n')}\n`);
  const edit = (n: number) => ({ file, line: n + 1, from: `locator('#old-${n}')`, to: `locator('#new-${n}')` });
  const all = [...lines.keys(), ...lines.keys()].map((n) => exportPatch(patch, edit(n), 'run 1'));
  expect(new Set((await Promise.all(all)).map(({ patched }) => patched))).toEqual(new Set([true]));
  const added = (diff: string) => diff.split('\n').filter((text) => text.startsWith('+await'));
  expect(added(await readFile(patch, 'utf8'))).toEqual(lines.map((text) => `+${text.replace('old', 'new')}`));
  expect(await exportPatch(patch, { ...edit(0), line: 2 }, 'run 2')).toEqual({
    patched: false,
    reason: 'not_in_source',
  });
  expect(await exportPatch(patch, edit(3), 'run 2')).toEqual({ patched: true });
  expect(added(await readFile(patch, 'utf8'))).toEqual(["+await page.locator('#new-3').click();"]);
});

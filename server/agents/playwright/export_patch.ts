import { appendFile, readFile } from 'node:fs/promises';
import { relative, resolve, sep } from 'node:path';
import { type Replaced, type Replacement, replaceLocator } from './replace_locator.ts';
import { unifiedDiff } from './unified_diff.ts';
import { replaceFile, withLock } from './with_lock.ts';

export interface Edit extends Replacement {
  readonly file: string;
}

export type Exported = { readonly patched: true } | { readonly patched: false; readonly reason: string };

/**
 * Adds an edit to the patch of this test run, whose workers are children of one process, and writes the patch anew: from the sources as
 * they are, so that it applies to them. An edit that cannot be made is told and left out.
 */
export async function exportPatch(path: string, edit: Edit, run: string = String(process.ppid)): Promise<Exported> {
  return withLock(path, async () => {
    const list = `${path}.edits`;
    const before = await editsOf(list, run);
    const source = await readFile(edit.file, 'utf8').catch(() => undefined);
    if (source === undefined) return { patched: false, reason: 'no_source' };
    const alone = replaceLocator(source, edit);
    if (!alone.ok) return { patched: false, reason: alone.reason };
    if (!before.some((known) => isSame(known, edit))) {
      if (before.length === 0) await replaceFile(list, '');
      await appendFile(list, `${JSON.stringify({ run, ...edit })}\n`);
    }
    const edits = before.some((known) => isSame(known, edit)) ? before : [...before, edit];
    await replaceFile(path, await patchOf(edits));
    return { patched: true };
  });
}

const isSame = (a: Edit, b: Edit): boolean => a.file === b.file && a.line === b.line && a.from === b.from;

async function editsOf(list: string, run: string): Promise<Edit[]> {
  const text = await readFile(list, 'utf8').catch(() => '');
  const edits = text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Edit & { run: string });
  return edits.filter((edit) => edit.run === run);
}

async function patchOf(edits: readonly Edit[]): Promise<string> {
  const diffs: string[] = [];
  for (const file of [...new Set(edits.map((edit) => edit.file))].sort()) {
    const source = await readFile(file, 'utf8');
    const inFile = edits.filter((edit) => edit.file === file).sort((a, b) => b.line - a.line);
    const patched = inFile.reduce((text, edit) => made(replaceLocator(text, edit), text), source);
    diffs.push(unifiedDiff(relative(resolve('.'), file).split(sep).join('/'), source, patched));
  }
  return diffs.join('');
}

const made = (replaced: Replaced, otherwise: string): string => (replaced.ok ? replaced.source : otherwise);

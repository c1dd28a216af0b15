import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'vite';

/** Bundles a module of this repository (path from its root) to a program for Node; returns its path. */
export async function nodeProgram(entry: string): Promise<string> {
  const outDir = await mkdtemp(join(tmpdir(), 'laskobot-program-'));
  await build({
    configFile: false,
    logLevel: 'error',
    build: {
      outDir,
      ssr: resolve(import.meta.dirname, '../..', entry),
      target: 'node20',
      rolldownOptions: { output: { entryFileNames: 'program.mjs' } },
    },
  });
  return join(outDir, 'program.mjs');
}

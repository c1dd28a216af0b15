import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { parseSync } from 'vite';
import { describe, expect, it } from 'vitest';

/** What each layer may import of the others. `e2e` tests everything and is imported by nobody. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  shared: ['shared'],
  extension: ['extension', 'shared'],
  server: ['server', 'shared'],
};
const NOT_IN_SHARED = /^(node:|webextension-polyfill|idb|pg|hono|@hono\/|@supabase\/|playwright|puppeteer-core)/;
/** The one place in shared for Node: an outbox in files. Nothing that an extension loads may import it. */
const ONLY_NODE = 'shared/client/file/';

interface Import {
  readonly from: string;
  readonly to: string;
}

/** Every module named by an import, export … from or import() of a file. */
function importsOf(file: string, code: string): Import[] {
  const { module } = parseSync(file, code, { sourceType: 'module' });
  const named = [
    ...module.staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...module.staticExports.flatMap(({ entries }) =>
      entries.flatMap(({ moduleRequest }) => moduleRequest?.value ?? []),
    ),
    ...module.dynamicImports.map(({ moduleRequest }) => code.slice(moduleRequest.start + 1, moduleRequest.end - 1)),
  ];
  return named.map((to) => ({ from: file, to }));
}

function violations({ from, to }: Import): string[] {
  const layer = from.split('/')[0] ?? '';
  const allowed = MAY_IMPORT[layer];
  if (!allowed) return [];
  if (!to.startsWith('.')) {
    const forbidden = layer === 'shared' && NOT_IN_SHARED.test(to) && !isTest(from);
    return forbidden && !(from.startsWith(ONLY_NODE) && to.startsWith('node:')) ? [`${from} imports ${to}`] : [];
  }
  const path = relative('.', join(dirname(from), to));
  if (path.startsWith(ONLY_NODE) && layer !== 'server' && !from.startsWith(ONLY_NODE) && !isTest(from))
    return [`${from} imports ${to}`];
  const target = path.split('/')[0] ?? '';
  const isLayer = target in MAY_IMPORT || target === 'e2e';
  return isLayer && !allowed.includes(target) && !isTest(from) ? [`${from} imports ${to}`] : [];
}

/** Tests may use Node, and what e2e provides to run the real parts. */
const isTest = (file: string): boolean => file.endsWith('.test.ts') || file.includes('/testing/');

const sources = Object.keys(MAY_IMPORT)
  .flatMap((layer) => readdirSync(layer, { recursive: true, encoding: 'utf8' }).map((file) => `${layer}/${file}`))
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'));

describe('layers', () => {
  it('finds the sources', () => {
    expect(sources.length).toBeGreaterThan(40);
    for (const layer of Object.keys(MAY_IMPORT))
      expect(sources.some((file) => file.startsWith(`${layer}/`))).toBe(true);
  });

  it('shared imports neither extension nor server, which never import each other', () => {
    expect(sources.flatMap((file) => importsOf(file, readFileSync(file, 'utf8')).flatMap(violations))).toEqual([]);
  });

  it('notices each kind of forbidden import', () => {
    const forbidden = [
      ['shared/a.ts', "import { x } from '../server/app.ts';"],
      ['shared/b/c.ts', "export * from '../../extension/settings.ts';"],
      ['shared/a.ts', "import type { X } from 'node:fs';"],
      ['extension/content/a.ts', "await import('../../server/app.ts');"],
      ['server/routes/a.ts', "import '../../extension/settings.ts';"],
      ['shared/client/file/a.ts', "import pg from 'pg';"],
      ['shared/client/a.ts', "import './file/file_outbox.ts';"],
      ['extension/background/a.ts', "import '../../shared/client/file/file_outbox.ts';"],
      ['server/a.ts', "import { y } from '../e2e/apps/pages.ts';"],
    ] as const;
    for (const [file, code] of forbidden) expect(importsOf(file, code).flatMap(violations), code).toHaveLength(1);
  });
});

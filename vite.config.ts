import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { resolve } from 'node:path';
import { zipSync } from 'fflate';
import { type BuildEnvironmentOptions, type EnvironmentOptions, esmExternalRequirePlugin, type Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import { MANAGED_SCHEMA, manifest, TARGETS } from './extension/manifest.ts';
import pkg from './package.json' with { type: 'json' };

/** Left to Node's resolution: the packages that the user's install brings. */
const packages = Object.keys({ ...pkg.dependencies, ...pkg.devDependencies });
const external = [/^node:/, ...builtinModules, ...packages.map((name) => new RegExp(`^${name}(/|$)`))];

/** What dom-accessibility-api brings for old browsers is a twentieth of the script that every page loads. */
const nativeInPages = {
  name: 'native-in-pages',
  enforce: 'pre',
  resolveId(source: string, importer: string | undefined) {
    if (!importer?.includes('/dom-accessibility-api/')) return null;
    if (source.endsWith('/polyfills/SetLike.mjs')) return resolve('extension/content/native/set.ts');
    if (source.endsWith('/polyfills/array.from.mjs')) return resolve('extension/content/native/array_from.ts');
    return null;
  },
} satisfies Plugin;

/** As it is written: engines take what a `const` holds for known, and a table that a `var` holds for any. */
const topLevelVar = false;

const bundle = (entry: string, file: string, format: 'iife' | 'es'): EnvironmentOptions => ({
  consumer: 'client',
  build: {
    outDir: 'dist/extension',
    emptyOutDir: false,
    copyPublicDir: false,
    target: ['chrome121', 'firefox142'],
    modulePreload: false,
    reportCompressedSize: false,
    rolldownOptions: {
      input: entry,

      output: { format, entryFileNames: file, codeSplitting: false, topLevelVar },
    },
  } as BuildEnvironmentOptions,
});

const node = (outDir: string, input: Record<string, string>): EnvironmentOptions => ({
  consumer: 'server',
  build: {
    ssr: true,
    target: 'node20',
    outDir,
    emptyOutDir: true,
    minify: false,
    rolldownOptions: { input, external, output: { topLevelVar } },
  },
});

/** One script that tools run in pages; `name` holds what it exports. */
const pageScript = (outDir: string, entry: string, file: string, name: string): EnvironmentOptions => ({
  consumer: 'client',
  build: {
    outDir,
    emptyOutDir: false,
    copyPublicDir: false,
    target: 'es2022',
    modulePreload: false,
    reportCompressedSize: false,
    rolldownOptions: {
      input: entry,
      preserveEntrySignatures: 'exports-only',
      output: { format: 'iife', name, entryFileNames: file, codeSplitting: false, topLevelVar },
    },
  } as BuildEnvironmentOptions,
});

/** One file with everything in it, for hosts that install nothing. */
const hosted = (name: string, entry: string, conditions: string[]): EnvironmentOptions => ({
  consumer: 'server',
  resolve: {
    conditions,
    noExternal: true,
    builtins: [/^node:/, /^cloudflare:/],
  },
  build: {
    ssr: true,
    target: 'es2023',
    outDir: 'dist/server',
    emptyOutDir: false,
    minify: false,
    rolldownOptions: {
      input: { [name]: entry },
      external: /^cloudflare:/,
      // Some packages say require('events'): neither host has a file that createRequire could start from.
      plugins: [esmExternalRequirePlugin({ external: [/^node:/, ...builtinModules] })],
      output: { codeSplitting: false, topLevelVar, paths: (id) => (builtinModules.includes(id) ? `node:${id}` : id) },
    },
  } as BuildEnvironmentOptions,
});

/** What can be built by itself, and the environments that it takes. */
const PARTS = {
  extension: ['content', 'recorder', 'artifacts', 'verify', 'background', 'popup', 'options', 'sdk'],
  server: ['server', 'worker', 'edge'],
  agents: ['agents', 'playwright_page'],
  tools: ['tools'],
} as const;

/** One folder a browser: the same code, each with its own manifest. */
async function packExtension(): Promise<void> {
  const files = { 'popup.html': 'popup/popup.html', 'options.html': 'options/options.html', 'ui.css': 'ui.css' };
  for (const target of TARGETS) {
    const out = `dist/${target}`;
    await rm(out, { recursive: true, force: true });
    await mkdir(out, { recursive: true });
    await cp('dist/extension', out, { recursive: true });
    await cp('extension/icons', out, { recursive: true });
    for (const [name, source] of Object.entries(files))
      await writeFile(`${out}/${name}`, await readFile(`extension/${source}`));
    await writeFile(`${out}/manifest.json`, `${JSON.stringify(manifest(target, pkg.version), null, 2)}\n`);
    await writeFile(`${out}/managed.json`, `${JSON.stringify(MANAGED_SCHEMA, null, 2)}\n`);
    await writeFile(`dist/${pkg.name}-${pkg.version}-${target}.zip`, await storeZip(out));
  }
}

/** A folder as the stores take it; the same bytes wherever and whenever it was built. */
async function storeZip(folder: string): Promise<Uint8Array> {
  const names = (await readdir(folder)).sort();
  const files = await Promise.all(names.map(async (name) => [name, await readFile(`${folder}/${name}`)] as const));
  return zipSync(Object.fromEntries(files), { level: 9, mtime: '1980-01-01T00:00:00', os: 3 });
}

/** `vite build --app` builds everything, with `--mode extension`, `server` or `tools` only that. */
export default defineConfig(({ mode }) => ({
  define: { __VERSION__: JSON.stringify(pkg.version) },
  plugins: [nativeInPages],
  environments: {
    content: bundle('extension/content/main.ts', 'content.js', 'iife'),
    recorder: bundle('extension/content/recorder_main.ts', 'recorder.js', 'iife'),
    artifacts: bundle('extension/content/artifacts_main.ts', 'artifacts.js', 'iife'),
    verify: bundle('extension/content/verify_main.ts', 'verify.js', 'iife'),
    background: bundle('extension/background/main.ts', 'background.js', 'es'),
    popup: bundle('extension/popup/main.ts', 'popup.js', 'es'),
    options: bundle('extension/options/main.ts', 'options.js', 'es'),
    sdk: node('dist/sdk', {
      index: 'extension/sdk/index.ts',
      background: 'extension/sdk/background.ts',
      content: 'extension/sdk/content.ts',
      pages: 'extension/sdk/pages.ts',
    }),
    server: node('dist/server', {
      cli: 'server/cli.ts',
      app: 'server/app.ts',
      client: 'shared/client/api.ts',
      file_client: 'shared/client/file/file_client.ts',
      mcp: 'server/agents/wrapper/recorded.ts',
      bun: 'server/entry/bun.ts',
      deno: 'server/entry/deno.ts',
    }),
    agents: node('dist/agents', {
      playwright: 'server/agents/playwright/index.ts',
      daemon: 'server/agents/daemon/index.ts',
    }),
    playwright_page: pageScript(
      'dist/agents',
      'server/agents/playwright/engine_page.ts',
      'playwright_page.js',
      'LaskobotEngine',
    ),
    worker: hosted('worker', 'server/entry/worker.ts', ['workerd', 'worker']),
    edge: hosted('edge', 'server/entry/edge.ts', ['deno']),
    tools: node('dist/tools', {
      test: 'e2e/test.ts',
      demo: 'e2e/demo.ts',
      bench: 'e2e/bench/main.ts',
      select_one: 'e2e/bench/select_one.ts',
    }),
  },
  builder: {
    async buildApp(builder) {
      const parts = Object.keys(PARTS).includes(mode)
        ? [mode as keyof typeof PARTS]
        : (Object.keys(PARTS) as (keyof typeof PARTS)[]);
      for (const part of parts) {
        for (const name of PARTS[part]) await builder.build(builder.environments[name]!);
        if (part === 'extension') await packExtension();
      }
    },
  },
  test: {
    pool: 'forks',
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{shared,server,extension,e2e}/**/*.test.ts'],
          testTimeout: 90_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['e2e/**/*.e2e.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
}));

import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { manifest, type Target } from '../../extension/manifest.ts';

const run = promisify(execFile);
const require = createRequire(import.meta.url);

/** A small extension of somebody else's, with tools of its own, that records through the SDK. */
const SOURCES = {
  'background.ts': `
import { startBackground } from 'laskobot-runs/extension/background';
const runs = startBackground();
declare const chrome: any;
chrome.runtime.onMessage.addListener((message: any, _sender: unknown, answer: (value: unknown) => void) => {
  if (message?.host !== 'tabs.rename') return undefined;
  runs.toolCall(message.tab_id, 'tabs.rename', { title: message.title }, () => ({ renamed: true })).then(answer);
  return true;
});
`,
  'content.ts': `
import { act, describe, hints, recorder, reportOutcome, resolve, startContent } from 'laskobot-runs/extension';
startContent();
declare const chrome: any;
const find = (selector: string): Element => {
  const element = document.querySelector(selector);
  if (!element) throw new Error('There is no ' + selector);
  return element;
};
const TOOLS: Record<string, (input: any) => unknown> = {
  'dom.click': ({ selector }) => {
    const element = document.querySelector(selector) ?? undefined;
    return recorder.toolCall('dom.click', { selector }, () => { (find(selector) as HTMLElement).click(); return { clicked: true }; }, element ? { element } : {});
  },
  'dom.fill': ({ selector, text }) =>
    recorder.toolCall('dom.fill', { selector, text }, () => act(find(selector), { type: 'fill', value: text }), { element: find(selector) }),
  describe: ({ selector }) => describe(find(selector)),
  hints: () => hints.forPage(),
  'use.hint': ({ hint }) => {
    const found = resolve(hint);
    if (found.outcome !== 'found') return found;
    (found.element as HTMLElement).click();
    reportOutcome(hint, { outcome: 'found', acted: true });
    return { outcome: found.outcome, id: found.element.id, confidence: found.confidence };
  },
};
chrome.runtime.onMessage.addListener((message: any, _sender: unknown, answer: (value: unknown) => void) => {
  const tool = TOOLS[message?.tool];
  if (!tool) return undefined;
  Promise.resolve().then(() => tool(message.input)).then((value) => answer({ value }), (error) => answer({ error: String(error) }));
  return true;
});
`,
  'options.ts': `
import { ask, consent, type DeadLetter, erase, status, toJsonLines } from 'laskobot-runs/extension/pages';
const letters = () => ask<DeadLetter[]>({ type: 'dead_letters' });
const exported = async () => toJsonLines(await letters());
const retry = (uuid: string) => ask<number>({ type: 'retry_dead_letters', uuids: [uuid] });
Object.assign(globalThis, { sdk: { consent, erase, status, letters, exported, retry } });
`,
  'options.html': '<!doctype html><title>Host</title><script type="module" src="options.js"></script>',
  'tsconfig.json': JSON.stringify({
    compilerOptions: {
      strict: true,
      target: 'ES2023',
      lib: ['ES2024', 'DOM', 'DOM.Iterable'],
      module: 'ESNext',
      moduleResolution: 'bundler',
      types: [],
      noEmit: true,
      skipLibCheck: false,
    },
    include: ['*.ts'],
    exclude: ['vite.config.ts'],
  }),
} as const;

const viteConfig = (entry: string, format: 'iife' | 'es'): string =>
  `import { build } from 'vite';
await build({ configFile: false, logLevel: 'warn', build: { outDir: 'out', emptyOutDir: false, modulePreload: false,
  rolldownOptions: { input: '${entry}.ts', output: { format: '${format}', entryFileNames: '${entry}.js', codeSplitting: false } } } });`;

/**
 * A fresh project with the packed package in it, as npm would install it; what the package depends on is linked from ours. Answers
 * the folder.
 */
export async function freshProject(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'laskobot-host-'));
  await run('npm', ['run', '--silent', 'types']);
  const { stdout } = await run('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', dir]);
  await run('tar', ['-xzf', join(dir, stdout.trim()), '-C', dir]);
  const modules = join(dir, 'node_modules');
  await mkdir(modules);
  await run('mv', [join(dir, 'package'), join(modules, 'laskobot-runs')]);
  const ours = resolve('node_modules');
  const names = (await readdir(ours)).filter((name) => !name.startsWith('.') && name !== 'laskobot-runs');
  await Promise.all(names.map((name) => symlink(join(ours, name), join(modules, name))));
  await writeFile(join(dir, 'package.json'), JSON.stringify({ name: 'host', private: true, type: 'module' }));
  for (const [name, text] of Object.entries(SOURCES)) await writeFile(join(dir, name), text);
  return dir;
}

/** Builds the host extension in a fresh project with Vite; answers the folder to load. */
export async function buildHost(dir: string, target: Target): Promise<string> {
  for (const [entry, format] of [
    ['background', 'es'],
    ['content', 'iife'],
    ['options', 'es'],
  ] as const) {
    await writeFile(join(dir, `build-${entry}.mjs`), viteConfig(entry, format));
    await run(process.execPath, [`build-${entry}.mjs`], { cwd: dir });
  }
  const out = join(dir, target);
  await mkdir(out, { recursive: true });
  for (const name of await readdir(join(dir, 'out')))
    await writeFile(join(out, name), await readFile(join(dir, 'out', name)));
  await writeFile(join(out, 'options.html'), SOURCES['options.html']);
  const { icons, action, storage, ...ours } = manifest(target, '1.0.0');
  await writeFile(join(out, 'manifest.json'), JSON.stringify({ ...ours, name: 'Host' }));
  return out;
}

/** Type-checks the host's sources against the packed types. Rejects with what tsc says. */
export const checkTypes = (dir: string): Promise<unknown> =>
  run(process.execPath, [join(dirname(require.resolve('typescript/package.json')), 'bin/tsc'), '-p', dir], {
    cwd: dir,
  });

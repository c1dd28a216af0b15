import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import pkg from '../../package.json' with { type: 'json' };

const run = promisify(execFile);

export interface TestResult {
  readonly title: string;
  readonly status: string;
  readonly error: string;
  readonly annotations: readonly { readonly type: string; readonly description?: string }[];
  readonly attachments: readonly { readonly name: string; readonly body?: string }[];
}

interface Suite {
  readonly suites?: readonly Suite[];
  readonly specs?: readonly {
    readonly title: string;
    readonly tests: readonly { readonly results: readonly Result[] }[];
  }[];
}

interface Result extends Omit<TestResult, 'title' | 'error'> {
  readonly errors: readonly { readonly message?: string }[];
}

const PACKAGES = ['@playwright', 'playwright', 'playwright-core', 'uuid', 'zod'];

/** A project of its own, with the suite and the package as it is published. */
export async function suiteFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'laskobot-suite-'));
  await cp('e2e/playwright/suite', folder, { recursive: true });
  const own = join(folder, 'node_modules', pkg.name);
  await mkdir(own, { recursive: true });
  await run('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder]);
  const tarball = join(folder, `${pkg.name}-${pkg.version}.tgz`);
  await run('tar', ['-xzf', tarball, '-C', own, '--strip-components=1']);
  for (const name of PACKAGES) await symlink(resolve('node_modules', name), join(folder, 'node_modules', name));
  return folder;
}

/** Runs the suite with Playwright's own runner; what became of each test, by title. */
export async function runSuite(
  folder: string,
  env: Readonly<Record<string, string>>,
  args: readonly string[] = [],
): Promise<ReadonlyMap<string, TestResult>> {
  const cli = resolve('node_modules/@playwright/test/cli.js');
  const { PATH = '', HOME = '', TMPDIR = tmpdir(), CHROMIUM_PATH = '' } = process.env;
  const said = await new Promise<string>((done) => {
    const options = { cwd: folder, env: { PATH, HOME, TMPDIR, CHROMIUM_PATH, ...env } };
    // A test that fails makes it exit with 1.
    execFile(process.execPath, [cli, 'test', ...args], options, (_error, stdout, stderr) => done(stdout + stderr));
  });
  const text = await readFile(join(folder, 'report.json'), 'utf8').catch(() => {
    throw new Error(`Playwright made no report:\n${said}`);
  });
  return new Map(resultsOf(JSON.parse(text) as Suite).map((result) => [result.title, result]));
}

function resultsOf({ suites = [], specs = [] }: Suite): TestResult[] {
  const own = specs.flatMap(({ title, tests }) =>
    tests.flatMap(({ results }) =>
      results.slice(-1).map(({ errors, status, annotations, attachments }) => ({
        title,
        status,
        annotations,
        attachments,
        error: errors.map(({ message = '' }) => message).join('\n'),
      })),
    ),
  );
  return [...own, ...suites.flatMap(resultsOf)];
}

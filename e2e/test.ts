import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { provideChromium, provideFirefox } from './provision/browsers.ts';
import { providePostgres } from './provision/postgres.ts';
import { run } from './provision/run.ts';
import { provideFaketime, providePgBouncer, provideRedis } from './provision/servers.ts';

const HELP = `npm test [-- OPTIONS] [FILTER…]

Types, lint, layers, unit tests, server tests on embedded and real Postgres, end to end in Chromium and Firefox.
What the tests need (Chromium, Firefox, Postgres, Redis, PgBouncer, libfaketime) is found, or installed with the machine's package manager.

  --no-e2e   leave the browsers out
  --help     this text
  FILTER     only test files whose path contains it; types and lint are left out
`;
const REPORT = 'test-results/vitest.json';

interface Totals {
  passed: number;
  failed: number;
  skipped: number;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { help: { type: 'boolean' }, 'no-e2e': { type: 'boolean' } },
});
if (values.help) {
  console.log(HELP);
  process.exit(0);
}

const totals: Totals = { passed: 0, failed: 0, skipped: 0 };
const count = (passed: boolean): void => {
  totals[passed ? 'passed' : 'failed'] += 1;
};

/** Finds or installs a part; missing is skipped aloud on a user's machine, and a failure where CI=true. */
async function provide(name: string, variable: string, find: () => Promise<string | undefined>): Promise<void> {
  const path = await find();
  if (path) {
    process.env[variable] = path;
    console.log(`${name}: ${path}`);
  } else if (process.env.CI === 'true') {
    console.error(`${name} was not found and could not be installed.`);
    totals.failed += 1;
  } else {
    console.warn(
      `SKIPPED: ${name} was not found and could not be installed; set ${variable}, or install it. Its tests are left out.`,
    );
  }
}

async function check(name: string, script: string, args: readonly string[]): Promise<void> {
  const passed = (await run(process.execPath, [script, ...args])) === 0;
  console.log(`${passed ? 'passed' : 'FAILED'}: ${name}`);
  count(passed);
}

/** Runs the test files and adds what the report counts; a run that made no report has failed. */
async function vitest(projects: readonly string[]): Promise<void> {
  mkdirSync('test-results', { recursive: true });
  rmSync(REPORT, { force: true });
  const args = ['run', ...projects.flatMap((project) => ['--project', project]), ...positionals, '--passWithNoTests'];
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${REPORT}`];
  const code = await run(process.execPath, ['node_modules/vitest/vitest.mjs', ...args, ...reporters]);
  try {
    const report = JSON.parse(readFileSync(REPORT, 'utf8')) as Record<string, number>;
    totals.passed += report.numPassedTests ?? 0;
    totals.failed += report.numFailedTests ?? 0;
    totals.skipped += (report.numPendingTests ?? 0) + (report.numTodoTests ?? 0);
    if (code !== 0 && !report.numFailedTests) totals.failed += 1;
  } catch {
    totals.failed += 1;
  }
}

/** Profiles, databases and built applications of a whole run are gigabytes, and killed browsers remove nothing themselves. */
function ownTemporaryFolder(): string {
  process.env.TEST_CACHE_DIR ??= tmpdir();
  const folder = mkdtempSync(join(tmpdir(), 'laskobot-tests-'));
  // As the system's folder is: Postgres runs as another user where this is root.
  chmodSync(folder, 0o1777);
  process.env.TMPDIR = folder;
  return folder;
}

await provide('Postgres', 'PG_BIN', providePostgres);
await provide('Redis', 'REDIS_SERVER', provideRedis);
await provide('PgBouncer', 'PGBOUNCER', providePgBouncer);
await provide('libfaketime', 'LIBFAKETIME', provideFaketime);
if (!values['no-e2e']) {
  await provide('Chromium', 'CHROMIUM_PATH', provideChromium);
  await provide('Firefox', 'FIREFOX_PATH', provideFirefox);
}
const temporary = ownTemporaryFolder();
if (positionals.length === 0) {
  await check('types', 'node_modules/typescript/bin/tsc', []);
  await check('lint and format', 'node_modules/@biomejs/biome/bin/biome', ['check', '--error-on-warnings', '.']);
}
await vitest(['unit']);
if (!values['no-e2e']) await vitest(['e2e']);
rmSync(temporary, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 });

console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
process.exitCode = totals.failed > 0 || totals.passed === 0 ? 1 : 0;

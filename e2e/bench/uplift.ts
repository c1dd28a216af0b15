import { rm } from 'node:fs/promises';
import { chromium } from 'playwright';
import { startOwnPostgres } from '../../server/testing/own_postgres.ts';
import { findPostgres } from '../../server/testing/postgres_cluster.ts';
import { bundle, chromiumPath } from '../../shared/testing/chromium.ts';
import { openChromium } from '../drivers/chromium.ts';
import { configuredExtension, newProfile } from '../drivers/driver.ts';
import { startServer } from '../harness/server.ts';
import type { Bench } from './bench.ts';
import { byHint, bySelector } from './uplift/find.ts';
import { type Planned, recordSteps, replaySteps } from './uplift/passes.ts';
import { recordsOf } from './uplift/records_of.ts';
import { byApplication, type Ended, isWrong, type StepResult, summarise } from './uplift/score.ts';
import { serveVersions } from './uplift/sites.ts';
import { stepsOf, TIMEOUT_MS } from './uplift/steps.ts';
import { UPLIFT_TASKS } from './uplift/tasks.ts';

const PAIRS = 'e2e/pairs';
const VIEWPORT = { width: 1280, height: 800 };
const ARGS = process.getuid?.() === 0 ? ['--no-sandbox'] : [];

const how = (ended: Ended): string =>
  ended.touches.length === 0 ? `nothing (${ended.reason})` : isWrong(ended) ? 'WRONG' : 'right';

/** Steps recorded on one version of real applications and done on the next one: by what was recorded alone, and by hints. */
export const uplift: Bench = {
  name: 'uplift',
  measures:
    'tasks in five real applications, recorded on an old version and done on a new one: recorded selectors against hints (--explain)',
  async run({ explain }) {
    const executablePath = chromiumPath();
    if (!executablePath) throw new Error('uplift needs Chromium; set CHROMIUM_PATH.');
    const bin = findPostgres();
    if (!bin) throw new Error('uplift needs Postgres; set PG_BIN to the folder of its programs.');
    const witness = `${await bundle('e2e/bench/uplift/witness.ts', 'Witness')};globalThis.Witness=Witness`;
    const postgres = await startOwnPostgres(bin);
    const sites = serveVersions(PAIRS);
    const server = await startServer({ DATABASE_URL: postgres.url, RATE_LIMIT: '0' });
    const profiles: string[] = [];

    async function withExtension(firstUrl: string) {
      const extensionDir = await configuredExtension('chromium', {
        server_url: server.url,
        publishable_key: server.publishableKey,
        enabled: true,
      });
      const profileDir = await newProfile();
      profiles.push(extensionDir, profileDir);
      const opened = await openChromium({
        kind: 'chromium',
        executablePath: executablePath!,
        extensionDir,
        profileDir,
        host: '',
      });
      await recordsOf(opened, firstUrl);
      await opened.context.addInitScript(witness);
      return opened;
    }

    try {
      const tasks: Planned[] = [];
      for (const task of UPLIFT_TASKS) {
        const page = await sites.page(task.page);
        tasks.push({ name: task.name, page, steps: stepsOf(task, page.file) });
      }

      console.error(`recording ${tasks.length} tasks on the old versions`);
      const first = await withExtension(tasks[0]!.page.url);
      const recorded = await recordSteps(first.browser, first.context, server, tasks).finally(() =>
        first.browser.close(),
      );
      await server.runJob('aggregate');

      sites.deploy('new');
      const plain = await chromium.launch({ executablePath, args: ARGS });
      const second = await withExtension(tasks[0]!.page.url);
      const find = byHint(second.browser);
      const results: StepResult[] = [];
      try {
        const alone = await plain.newContext({ viewport: VIEWPORT });
        await alone.addInitScript(witness);
        for (const [n, task] of tasks.entries()) {
          const known = recorded[n] ?? [];
          const without = await replaySteps(alone, task, known, bySelector);
          const withHints = await replaySteps(second.context, task, known, find);
          for (const [at, step] of task.steps.entries()) {
            const gone = task.page.file.pairs[step.at]?.new === null;
            const result = { application: task.page.application, gone, without: without[at]!, with: withHints[at]! };
            results.push(result);
            if (explain || isWrong(result.without) || isWrong(result.with))
              console.error(
                `  ${result.application}, ${task.name}: ${step.label}${gone ? ' (gone)' : ''}: without ${how(result.without)}, with ${how(result.with)}`,
              );
          }
          console.error(`${n + 1} of ${tasks.length}: ${task.page.application}, ${task.name}`);
        }
      } finally {
        await plain.close();
        await second.browser.close();
      }
      const unrecorded = recorded.flat().filter((one) => one === undefined).length;
      return {
        tasks: tasks.length,
        ...summarise(results),
        timeout_ms: TIMEOUT_MS,
        unrecorded,
        by_application: byApplication(results),
      };
    } finally {
      await server.kill('SIGTERM');
      await sites.close();
      await postgres.close();
      for (const folder of [...profiles, server.dataDir]) await rm(folder, { recursive: true, force: true });
    }
  },
};

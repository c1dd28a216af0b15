import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { bundle } from '../../shared/testing/chromium.ts';
import type { BrowserKind } from '../drivers/driver.ts';
import { executableOf } from '../drivers/launch.ts';
import { type PairsFile, readPairs } from '../pairs/pairs_file.ts';
import type { Bench } from './bench.ts';
import { type LiveCase, NUMBERS } from './relocate/live_numbers.ts';
import { playwrightInPage } from './relocate_dom_playwright.ts';
import { collectCases, type LabelError, type Pages, runPairs } from './relocate_dom_run.ts';
import { type Figures, type PairResult, summarise } from './relocate_dom_score.ts';
import { openTabs } from './relocate_dom_tabs.ts';
import { timedOnLargePage } from './relocate_dom_time.ts';

const OWN_PAIRS = 'e2e/pairs';
const DEFAULT_PATHS: Readonly<Record<BrowserKind, string>> = {
  chromium: '/usr/bin/chromium',
  firefox: '/usr/bin/firefox-esr',
};

/** What is injected into a page: our code and the peers'. */
export const pageCode = async (): Promise<string> =>
  `${await bundle('e2e/bench/relocate_dom_page.ts', 'RelocateDom')};var PlaywrightInPage=${await playwrightInPage()}`;

const percent = (part: number, of: number): string => (of === 0 ? '-' : `${((100 * part) / of).toFixed(1)} %`);

function line(name: string, { pairs, accepted, accepted_right, gone, gone_accepted, durable, durable_by }: Figures) {
  const peers = Object.entries(durable_by).map(([peer, n]) => `${peer} ${n}`);
  return `${name.padEnd(34)} ${pairs} pairs, ${accepted} accepted (${percent(accepted, pairs)}), ${accepted - accepted_right} wrong; ${gone} gone, ${gone_accepted} accepted; durable ${durable}, ${peers.join(', ')}`;
}

/** What a reader of the figures wants to see of a pair; with `all` also what was refused or broke. */
function remarks({ name, pairs }: PairsFile, results: readonly (PairResult | undefined)[], all: boolean): string[] {
  return results.flatMap((result, at) => {
    if (!result) return [];
    const where = `  ${name}, pair ${at}${pairs[at]?.label ? ` (${pairs[at].label})` : ''}`;
    const { gone, outcome, right, found, removed_accepted, removed_found, durable, ours } = result;
    return [
      ...(outcome === 'found' && !right ? [`${where}: WRONG ${gone ? 'gone, ' : ''}${found}`] : []),
      ...(removed_accepted ? [`${where}: WRONG removed, ${removed_found}`] : []),
      ...(all && !gone && outcome !== 'found' ? [`${where}: missed, ${found}`] : []),
      ...(all && !gone && !durable
        ? [
            `${where}: broke, ${ours}; held ${JSON.stringify(Object.keys(result.durable_by).filter((peer) => result.durable_by[peer as keyof typeof result.durable_by]))}`,
          ]
        : []),
    ];
  });
}

const told = ({ file, pair, side, xpath, reason }: LabelError): string =>
  `${file}, pair ${pair}: the ${side} xpath ${xpath} ${reason}`;

/** One browser over all files. */
async function inBrowser(kind: BrowserKind, pages: Pages, files: readonly PairsFile[], all: boolean) {
  const { tabs, code } = pages;
  const results: PairResult[] = [];
  const errors: LabelError[] = [];
  const failed: string[] = [];
  const by_file: Record<string, Figures> = {};
  try {
    for (const file of files) {
      const done = await runPairs(pages, file).catch((error: Error) => {
        failed.push(file.path);
        console.error(`${kind}: ${file.path} could not be measured: ${error.message}`);
        return undefined;
      });
      if (!done) continue;
      const counted = done.results.filter((result) => result !== undefined);
      results.push(...counted);
      errors.push(...done.errors);
      by_file[file.name] = summarise(counted);
      console.error(line(`${kind}: ${file.name}`, by_file[file.name]!));
      for (const remark of [...remarks(file, done.results, all), ...done.errors.map(told)]) console.error(remark);
    }
    const figures = summarise(results);
    console.error(line(`${kind}: all`, figures));
    return { ...figures, ...(await timedOnLargePage(tabs, code)), labelled_wrongly: errors.length, failed, by_file };
  } finally {
    await tabs.close();
  }
}

/** What the model is fitted to, a line a case; the numbers' names first. */
async function writeCases(pages: Pages, files: readonly PairsFile[], path: string) {
  const cases: LiveCase[] = [];
  try {
    for (const file of files) cases.push(...(await collectCases(pages, file)));
  } finally {
    await pages.tabs.close();
  }
  await writeFile(path, `${[NUMBERS, ...cases].map((line) => JSON.stringify(line)).join('\n')}\n`);
  return { cases: cases.length, wrote: path };
}

/** Recorded on the old page of a pair, looked for on the new one, by the extension's code in real browsers. */
export const relocateDom: Bench = {
  name: 'relocate-dom',
  measures:
    'finding recorded controls on later versions of real applications, in Chromium and Firefox, against the selectors of others (--data a pairs file or a folder of them; --explain, --collect)',
  async run({ data = OWN_PAIRS, browsers: kinds, explain = false, collect }) {
    const files = await readPairs(data);
    const code = await pageCode();
    const browsers: Partial<Record<BrowserKind, Awaited<ReturnType<typeof inBrowser>>>> = {};
    for (const kind of kinds) {
      const executable = executableOf(kind) ?? DEFAULT_PATHS[kind];
      if (!existsSync(executable)) {
        console.error(`No ${kind} at ${executable}: left out; set ${kind.toUpperCase()}_PATH.`);
        continue;
      }
      const pages = { tabs: await openTabs(kind, executable), code };
      if (collect) return writeCases(pages, files, collect);
      browsers[kind] = await inBrowser(kind, pages, files, explain);
    }
    const first = browsers.chromium ?? browsers.firefox;
    if (!first) throw new Error('relocate-dom needs Chromium or Firefox.');
    // A wrong label makes its pair's figures worthless: whoever reads only the exit code must know.
    const broken = Object.values(browsers).some(({ labelled_wrongly, failed }) => labelled_wrongly + failed.length > 0);
    if (broken) process.exitCode = 1;
    const { by_file, ...figures } = first;
    return { ...figures, browsers };
  },
};

import { parseArgs } from 'node:util';
import { BROWSERS } from '../drivers/driver.ts';
import { aggregate } from './aggregate.ts';
import type { Bench } from './bench.ts';
import { capture } from './capture.ts';
import { delivery } from './delivery.ts';
import { ingest } from './ingest.ts';
import { lookup } from './lookup.ts';
import { mcp } from './mcp.ts';
import { mcpAgent } from './mcp_agent.ts';
import { privacy } from './privacy.ts';
import { relocate } from './relocate.ts';
import { relocateDom } from './relocate_dom.ts';
import { simulate } from './simulate.ts';
import { uplift } from './uplift.ts';
import { wait } from './wait.ts';

const BENCHES: readonly Bench[] = [
  aggregate,
  capture,
  delivery,
  ingest,
  lookup,
  mcp,
  mcpAgent,
  privacy,
  relocate,
  relocateDom,
  simulate,
  uplift,
  wait,
];

const HELP = `npm run bench [-- NAME [--data PATH] [--events N] [--runs N] [--seed N] [--browser NAME] [--explain] [--collect FILE] [--fit --live FILE] [--json]]

${BENCHES.map(({ name, measures }) => `  ${name.padEnd(14)} ${measures}`).join('\n')}

  --data PATH  the data that the bench runs on
  --events N   delivery: how many events it makes, 10,000 where not given; aggregate: how many old calls
  --runs N     simulate: how many runs in all; wait: on each page
  --seed N     simulate, wait: of what is drawn by chance
  --browser B  delivery, relocate-dom: only in chromium or in firefox
  --explain    relocate, relocate-dom, uplift, simulate: also tell of each case that went wrong, and why
  --collect F  relocate-dom: instead of measuring, write what the model sees of each pair, as numbers
  --live F     relocate: such a file; its pairs are judged too, each application by parameters fitted without it
  --fit        relocate: fit the model's parameters to --data and --live and write them into the source
  --json       print the result as one JSON object on the last line
  --help       this text

A pairs file is {"name", "old", "new", "hide": [attributes], "pairs": [{"old": xpath, "new": xpath or null, "label"}]}: two versions of
a page and the same controls on both; null where a control is gone. A page is a path relative to the file, an http, https or file URL,
npm:PACKAGE/PATH (in node_modules, or a folder of PAIRS_NODE_MODULES), or app:PACKAGE, a page that the package renders.
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    data: { type: 'string' },
    events: { type: 'string' },
    runs: { type: 'string' },
    seed: { type: 'string' },
    browser: { type: 'string' },
    live: { type: 'string' },
    collect: { type: 'string' },
    fit: { type: 'boolean', default: false },
    explain: { type: 'boolean', default: false },
    json: { type: 'boolean' },
    help: { type: 'boolean' },
  },
});

/** Undefined where it was not given. */
function wholeNumber(option: 'runs' | 'seed'): number | undefined {
  const given = values[option];
  if (given === undefined) return undefined;
  const number = Number(given);
  if (!(Number.isSafeInteger(number) && number > 0)) throw new Error(`--${option}: not a whole number above 0`);
  return number;
}

/** All where none was given. */
function browsersGiven() {
  const { browser } = values;
  if (browser === undefined) return BROWSERS;
  const known = BROWSERS.filter((kind) => kind === browser);
  if (known.length === 0) throw new Error(`--browser: not one of ${BROWSERS.join(', ')}`);
  return known;
}

const [name] = positionals;
const bench = BENCHES.find((known) => known.name === name);
if (values.help || name === undefined) {
  console.log(HELP);
} else if (!bench) {
  console.error(`There is no bench ${name}.\n\n${HELP}`);
  process.exitCode = 2;
} else {
  const fields = await bench.run({
    data: values.data,
    events: values.events === undefined ? undefined : Number(values.events),
    runs: wholeNumber('runs'),
    seed: wholeNumber('seed'),
    browsers: browsersGiven(),
    live: values.live,
    collect: values.collect,
    fit: values.fit,
    explain: values.explain,
  });
  for (const [field, value] of Object.entries(fields)) console.log(`${field.padEnd(26)} ${JSON.stringify(value)}`);
  if (values.json) console.log(JSON.stringify(fields));
}

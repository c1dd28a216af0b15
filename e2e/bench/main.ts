import { parseArgs } from 'node:util';
import type { Bench } from './bench.ts';
import { capture } from './capture.ts';
import { ingest } from './ingest.ts';
import { lookup } from './lookup.ts';
import { privacy } from './privacy.ts';

const BENCHES: readonly Bench[] = [capture, ingest, lookup, privacy];

const HELP = `npm run bench [-- NAME [--data PATH] [--json]]

${BENCHES.map(({ name, measures }) => `  ${name.padEnd(14)} ${measures}`).join('\n')}

  --data PATH  the data that the bench runs on
  --json       print the result as one JSON object on the last line
  --help       this text
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { data: { type: 'string' }, json: { type: 'boolean' }, help: { type: 'boolean' } },
});
const [name] = positionals;
const bench = BENCHES.find((known) => known.name === name);
if (values.help || name === undefined) {
  console.log(HELP);
} else if (!bench) {
  console.error(`There is no bench ${name}.\n\n${HELP}`);
  process.exitCode = 2;
} else {
  const fields = await bench.run({ data: values.data });
  for (const [field, value] of Object.entries(fields)) console.log(`${field.padEnd(26)} ${JSON.stringify(value)}`);
  if (values.json) console.log(JSON.stringify(fields));
}

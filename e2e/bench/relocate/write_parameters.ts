import { writeFile } from 'node:fs/promises';
import type { Parameters } from '../../../shared/signature/model.ts';

const FILE = 'shared/signature/model-params.ts';

const record = (values: Readonly<Record<string, number>>): string =>
  Object.entries(values)
    .map(([key, value]) => `    ${key}: ${value},\n`)
    .join('');

/** The same bytes for the same parameters. */
export async function writeParameters({ weights, decision, accept }: Parameters): Promise<string> {
  await writeFile(
    FILE,
    `import type { Parameters } from './model.ts';

/** Written by \`npm run bench -- relocate --data FILE --fit\`; not to be edited. Numbers only: no site and no text is in them. */
export const PARAMETERS: Parameters = {
  weights: {
${record(weights)}  },
  decision: {
${record(decision)}  },
  accept: ${accept},
};
`,
  );
  return FILE;
}

import { writeFile } from 'node:fs/promises';
import type { Fitted, Parameters } from '../../../shared/signature/model.ts';

const FILE = 'shared/signature/model-params.ts';

const record = (values: Readonly<Record<string, number>>, indent = '    '): string =>
  Object.entries(values)
    .map(([key, value]) => `${indent}${key}: ${value},\n`)
    .join('');

const fitted = ({ decision, accept }: Fitted): string =>
  `{\n    decision: {\n${record(decision, '      ')}    },\n    accept: ${accept},\n  }`;

/** The same bytes for the same parameters. */
export async function writeParameters({ weights, bare, in_place }: Parameters): Promise<string> {
  await writeFile(
    FILE,
    `import type { Parameters } from './model.ts';

/** Written by \`npm run bench -- relocate --fit --data FILE --live FILE\`; not to be edited. Numbers only: no site and no text is in them. */
export const PARAMETERS: Parameters = {
  weights: {
${record(weights)}  },
  bare: ${fitted(bare)},
  in_place: ${fitted(in_place)},
};
`,
  );
  return FILE;
}

import { existsSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';

/** Folders that hold packages: those of PAIRS_NODE_MODULES, then the project's own. */
const folders = (): string[] => [
  ...(process.env.PAIRS_NODE_MODULES ?? '').split(delimiter).filter(Boolean),
  resolve('node_modules'),
];

/** Folder of an installed package; throws where it is not installed. */
export function packageDir(name: string): string {
  const found = folders()
    .map((folder) => join(folder, name))
    .find((dir) => existsSync(join(dir, 'package.json')));
  if (!found)
    throw new Error(
      `The package ${name} is not installed: run npm ci, or name its node_modules in PAIRS_NODE_MODULES.`,
    );
  return found;
}

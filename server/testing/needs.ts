import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, test } from 'vitest';

/** Runs a suite that needs a part of the machine. Where it is missing, says so aloud; with CI=true that is a failure. */
export function describeWith<Part>(
  part: Part | undefined,
  what: string,
  name: string,
  suite: (part: Part) => void,
): void {
  if (part !== undefined) describe(name, () => suite(part));
  else if (process.env.CI === 'true') test(`${name}: needs ${what}`, () => Promise.reject(new Error(`no ${what}`)));
  else {
    console.warn(`SKIPPED, no ${what}: ${name}`);
    describe.skip(name, () => test(`needs ${what}`, () => {}));
  }
}

/** Path of a program: what the variable names, else the first of `names` on PATH or where Debian puts servers. */
export function findProgram(variable: string, ...names: readonly string[]): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin'];
  const paths = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [process.env[variable] ?? '', ...paths].find((path) => path !== '' && existsSync(path));
}

import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Path of the first of `names` that is on PATH, or where Debian puts servers, and may be run. */
export function onPath(...names: readonly string[]): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin'];
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(mayRun);
}

/** Path of a program: what the variable names, else as `onPath`. */
export function findProgram(variable: string, ...names: readonly string[]): string | undefined {
  const named = process.env[variable];
  return named && existsSync(named) ? named : onPath(...names);
}

function mayRun(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    // Not there, or not for this user: look further.
    return false;
  }
}
